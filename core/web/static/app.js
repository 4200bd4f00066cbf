// What the frame and the macros need beyond plain HTML. Everything here is an improvement: without it every page still works.
const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
const body = document.body;

// ---- drawer, dialogs, menus, flash
const drawer = open => {
  body.classList.toggle('hr-drawer', open);
  if (open) $('#hr-side a')?.focus(); else if (location.hash === '#hr-side') history.replaceState(null, '', location.pathname + location.search);
};
const openDialog = id => { const d = document.getElementById(id); if (d?.showModal && !d.open) { d.showModal(); $('input', d)?.select(); return true; } return false; };
const closeMenus = except => $$('details[data-menu][open]').forEach(d => { if (d !== except) d.open = false; });
function toast(line) {
  const close = $('[data-dismiss]', line);
  if (close) close.hidden = false;
  if (!['ok', 'info'].includes(line.dataset.flash)) return;   // bad news stays where it is until it is read
  let box = $('.hr-toasts');
  if (!box) { box = Object.assign(document.createElement('div'), { className: 'hr-flashes hr-toasts' }); box.setAttribute('role', 'status'); body.append(box); }
  box.append(line);
  let timer;
  const wait = () => { timer = setTimeout(() => line.remove(), 6000); }, hold = () => clearTimeout(timer);
  for (const [event, what] of [['pointerenter', hold], ['focusin', hold], ['pointerleave', wait], ['focusout', wait]]) line.addEventListener(event, what);
  wait();
}

// ---- org chart: fold, zoom, pull
const level = canvas => +(canvas.dataset.z || 1);
function zoom(canvas, z) {
  const before = level(canvas), half = canvas.clientWidth / 2, { scrollLeft: x, scrollTop: y } = canvas;
  z = Math.round(Math.min(1.4, Math.max(.3, z)) * 100) / 100;
  canvas.dataset.z = z;
  $('.hr-tree', canvas).style.zoom = z;
  canvas.scrollTo((x + half) * z / before - half, y * z / before);
  $$('[data-zoom-level]').forEach(x => { x.textContent = Math.round(z * 100) + '%'; });
}
function fit(canvas, width = .3, height = .3) {   // the least sizes for its width and its height
  const tree = $('.hr-tree', canvas);
  tree.style.zoom = 1;
  const across = (canvas.clientWidth - 34) / tree.offsetWidth, down = (canvas.clientHeight - 60) / tree.offsetHeight;
  zoom(canvas, Math.floor(Math.max(width, Math.min(1, across, Math.max(height, down))) * 100) / 100);
  const root = $('.hr-node', tree).getBoundingClientRect(), box = canvas.getBoundingClientRect();
  canvas.scrollTo(canvas.scrollLeft + root.left + root.width / 2 - box.left - canvas.clientWidth / 2, 0);
}
const zoomBy = (canvas, step) => { delete canvas.dataset.fitted; step === 'fit' ? fit(canvas) : zoom(canvas, level(canvas) + +step); };
function fold(button, open = button.getAttribute('aria-expanded') !== 'true') {
  button.closest('li').classList.toggle('hr-folded', !open);
  button.setAttribute('aria-expanded', open);
}
function choose(link) {   // marks the box of what the panel is about to show
  const [, kind, id] = link.href.match(/[?&](u|p)\w+=(\d+)/) ?? [];
  $$('.hr-canvas [aria-current]').forEach(box => box.removeAttribute('aria-current'));
  $(`.hr-canvas [data-node=${kind}${id}]`)?.setAttribute('aria-current', 'true');
  document.addEventListener('htmx:after:swap', () => { if (innerWidth < 760) $('#panel')?.scrollIntoView(); }, { once: true });
}
function canvases(root) {
  for (const canvas of $$('[data-canvas]', root).concat(root.matches?.('[data-canvas]') ? [root] : [])) {
    if (canvas.dataset.ready || !$('.hr-tree', canvas)) continue;
    canvas.dataset.ready = 1;
    fit(canvas, .72, .8);
    canvas.dataset.fitted = 1;   // until the reader chooses a size
    $('[aria-current]', canvas)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    let from = null;
    canvas.addEventListener('pointerdown', e => { if (e.pointerType === 'mouse' && e.button === 0 && !e.target.closest('a,button')) { from = [e.clientX + canvas.scrollLeft, e.clientY + canvas.scrollTop]; canvas.classList.add('hr-canvas-pulled'); } });
    canvas.addEventListener('pointermove', e => { if (from) canvas.scrollTo(from[0] - e.clientX, from[1] - e.clientY); });
    for (const end of ['pointerup', 'pointerleave']) canvas.addEventListener(end, () => { from = null; canvas.classList.remove('hr-canvas-pulled'); });
  }
}

addEventListener('resize', () => $$('[data-canvas][data-fitted]').forEach(canvas => fit(canvas, .72, .8)));

// ---- hand-over lines: what belongs to the unit or line one points at stands out
function light(e) {
  const map = e.target.closest?.('[data-map]'), { line, unit } = e.target.closest?.('[data-unit],[data-line]')?.dataset ?? {};
  if (!map) return;
  const lit = $$('[data-line]', map).filter(({ dataset: x }) => line ? x.line === line : unit && (x.from === unit || x.to === unit));
  const units = lit.flatMap(x => [x.dataset.from, x.dataset.to]);
  map.classList.toggle('hr-map-on', lit.length > 0);
  $$('[data-line],[data-unit]', map).forEach(x => x.classList.toggle('hr-map-lit', lit.includes(x) || units.includes(x.dataset.unit)));
}
for (const event of ['pointerover', 'focusin']) document.addEventListener(event, light);

// ---- tree table: hide what lies below a folded row
function foldRows(button) {
  const open = button.getAttribute('aria-expanded') !== 'true';
  button.setAttribute('aria-expanded', open);
  const first = button.closest('tr');
  let closed = open ? Infinity : +first.dataset.level;
  for (let row = first.nextElementSibling; row && +row.dataset.level > +first.dataset.level; row = row.nextElementSibling) {
    const at = +row.dataset.level;
    row.hidden = at > closed;
    if (at <= closed) closed = $('[data-tree-fold][aria-expanded=false]', row) ? at : Infinity;
  }
}

// ---- asking before a deed
function ask(button) {
  const dialog = $('#hr-confirm');
  if (!dialog?.showModal) return true;
  $('[data-confirm-text]', dialog).textContent = button.dataset.confirm;
  const go = $('[data-confirm-go]', dialog);
  go.textContent = button.textContent.trim();          // the button names the deed
  go.classList.toggle('hr-btn-danger', button.matches('.hr-btn-danger,.hr-menu-danger'));
  go.classList.toggle('hr-btn-primary', !button.matches('.hr-btn-danger,.hr-menu-danger'));
  dialog.returnValue = '';
  dialog.addEventListener('close', () => {
    if (dialog.returnValue !== 'yes') return;
    button.dataset.asked = 1;
    button.click();
    delete button.dataset.asked;
  }, { once: true });
  dialog.showModal();
  return false;
}

document.addEventListener('click', e => {
  const at = s => e.target.closest(s);
  let x;
  if ((x = at('[data-confirm]')) && !x.dataset.asked && !ask(x)) { e.preventDefault(); e.stopPropagation(); return; }
  if (at('[data-drawer]')) { e.preventDefault(); drawer(!body.classList.contains('hr-drawer')); return; }
  if (at('[data-drawer-close]')) { e.preventDefault(); drawer(false); return; }
  if ((x = at('[data-dialog]')) && openDialog(x.dataset.dialog)) e.preventDefault();
  if (e.target.matches('dialog[open]')) e.target.close();     // a click on the veil
  closeMenus(at('details[data-menu]'));
  if (at('[data-dismiss]')) at('.hr-flash').remove();
  if ((x = at('[data-fold]'))) fold(x);
  if ((x = at('[data-fold-fetch]')) && $('ul', x.closest('li'))) { e.preventDefault(); e.stopPropagation(); fold(x); }
  if ((x = at('[data-tree-fold]'))) foldRows(x);
  if ((x = at('[hx-target="#panel"]'))) choose(x);
  if ((x = at('[data-zoom]'))) zoomBy($('[data-canvas]'), x.dataset.zoom);
  if ((x = at('.hr-inbox-item'))) { $$('.hr-inbox-item[aria-current]').forEach(i => i.removeAttribute('aria-current')); x.setAttribute('aria-current', 'true'); body.classList.add('hr-has-detail'); }
  if (at('[data-back]') && body.classList.contains('hr-has-detail')) { e.preventDefault(); body.classList.remove('hr-has-detail'); }
}, true);

document.addEventListener('keydown', e => {
  if ((e.ctrlKey || e.metaKey) && e.key === 'k' && openDialog('hr-search')) { e.preventDefault(); return; }
  if (e.key === 'Escape') { closeMenus(); if (body.classList.contains('hr-drawer')) { drawer(false); $('[data-drawer]')?.focus(); } return; }
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input,textarea,select,[contenteditable],dialog')) return;
  const size = { '+': .1, '=': .1, '-': -.1, 0: 'fit' }[e.key], canvas = $('[data-canvas]');
  if (size && canvas && e.target.closest('[data-canvas],.hr-zoom')) { e.preventDefault(); zoomBy(canvas, size); return; }
  const rows = $$('.hr-inbox-item'), step = { j: 1, k: -1 }[e.key];
  if (rows.length && step) { const next = rows[rows.findIndex(r => r.hasAttribute('aria-current')) + step]; if (next) { next.focus(); next.click(); } }
  else if (e.key === 'a' || e.key === 'r') $(`[data-key="${e.key}"]`)?.click();   // approve and return, where a page offers them
});

// ---- forms: filters send themselves, dropped files show their name
document.addEventListener('change', e => {
  const form = e.target.closest('form[data-auto]');
  if (form && e.target.matches('select,input[type=date],input[type=month],input[type=checkbox],input[type=radio]')) form.requestSubmit();
  const drop = e.target.closest('[data-drop]');
  if (drop && e.target.files.length) $('[data-drop-name]', drop).textContent = [...e.target.files].map(f => f.name).join(', ');
});
for (const [name, over] of [['dragenter', true], ['dragleave', false], ['drop', false]])
  document.addEventListener(name, e => e.target.closest?.('[data-drop]')?.classList.toggle('hr-drop-over', over));

// ---- after htmx exchanged a part
document.addEventListener('htmx:before:request', () => $('#hr-loading')?.classList.add('htmx-request'));
document.addEventListener('htmx:finally:request', () => $('#hr-loading')?.classList.remove('htmx-request'));
document.addEventListener('htmx:after:swap', () => ready(document));
document.addEventListener('htmx:after:process', e => {
  const link = e.target.closest?.('li')?.querySelector(':scope > [data-fold-fetch]');
  if (link && $(':scope > ul', link.parentNode)) fold(link, true);
});
function ready(root) {
  $$('[data-flash]:not([data-seen])', root).forEach(line => { line.dataset.seen = 1; toast(line); });
  canvases(root);
}
ready(document);
