// What the frame and the macros need beyond plain HTML. Everything here is an improvement: without it every page still works.
// The org chart has a script of its own, chart.js, which its macro asks for.
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

// ---- phrases: one press writes one into its input, where the cursor is, in a line of its own
function writePhrase(button) {
  const input = document.getElementById(button.closest('[data-phrases]').dataset.phrases);
  const from = input.selectionEnd || input.value.length, to = input.selectionEnd ? from : input.value.length;
  const text = (from && !/\s$/.test(input.value.slice(0, from)) ? '\n' : '') + button.dataset.phrase;
  if (input.maxLength < 0 || input.value.length + text.length <= input.maxLength) input.setRangeText(text, from, to, 'end');
  input.focus();
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
  if ((x = at('[data-tree-fold]'))) foldRows(x);
  if ((x = at('[data-phrase]'))) writePhrase(x);
  if ((x = at('.hr-inbox-item'))) { $$('.hr-inbox-item[aria-current]').forEach(i => i.removeAttribute('aria-current')); x.setAttribute('aria-current', 'true'); body.classList.add('hr-has-detail'); }
  if (at('[data-back]') && body.classList.contains('hr-has-detail')) { e.preventDefault(); body.classList.remove('hr-has-detail'); }
}, true);

document.addEventListener('keydown', e => {
  if ((e.ctrlKey || e.metaKey) && e.key === 'k' && openDialog('hr-search')) { e.preventDefault(); return; }
  if (e.key === 'Escape') { closeMenus(); if (body.classList.contains('hr-drawer')) { drawer(false); $('[data-drawer]')?.focus(); } return; }
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input,textarea,select,[contenteditable],dialog')) return;
  const rows = $$('.hr-inbox-item'), step = { j: 1, k: -1 }[e.key];
  if (rows.length && step) { const next = rows[rows.findIndex(r => r.hasAttribute('aria-current')) + step]; if (next) { next.focus(); next.click(); } }
  else if (e.key === 'a' || e.key === 'r') $(`[data-key="${e.key}"]`)?.focus();   // to the yes and the no; Enter says it
});

// ---- forms: filters send themselves, dropped files show their name
document.addEventListener('change', e => {
  const form = e.target.closest('form[data-auto]');
  if (form && e.target.matches('select,input[type=date],input[type=month],input[type=checkbox],input[type=radio]')) form.requestSubmit();
  const large = e.target.closest('[data-largest]');
  if (large && [...large.files].some(f => f.size > +large.dataset.largest)) {   // told before it is sent; nothing typed is lost
    large.value = '';
    large.setCustomValidity(large.dataset.tooLarge);
    large.reportValidity();
  } else large?.setCustomValidity('');
  const drop = e.target.closest('[data-drop]');
  if (drop && e.target.files.length) $('[data-drop-name]', drop).textContent = [...e.target.files].map(f => f.name).join(', ');
});
for (const [name, over] of [['dragenter', true], ['dragleave', false], ['drop', false]])
  document.addEventListener(name, e => e.target.closest?.('[data-drop]')?.classList.toggle('hr-drop-over', over));

// ---- uploads: how far it is; the answer is a way on, or the same form with what is wrong
document.addEventListener('submit', e => {
  const form = e.target.closest('form[data-upload]');
  if (!form || !$$('input[type=file]', form).some(i => i.files.length)) return;
  e.preventDefault();
  const box = $('[data-upload-progress]', form), bar = $('progress', box), request = new XMLHttpRequest();
  const wait = on => { box.hidden = !on; $$('button', form).forEach(b => { b.disabled = on; }); };
  request.open('POST', form.action);
  request.setRequestHeader('HX-Request', 'true');
  request.upload.onprogress = p => { bar.value = p.lengthComputable ? 100 * p.loaded / p.total : 0; $('span', box).textContent = `${Math.round(bar.value)}%`; };
  request.onload = () => {
    const on = request.getResponseHeader('HX-Location');
    if (on) { location.assign(JSON.parse(on).path); return; }
    const answer = $('main', new DOMParser().parseFromString(request.responseText, 'text/html'));
    if (!answer) { location.reload(); return; }
    $('main').replaceWith(answer);
    ready(document);
    $('[aria-invalid=true]', answer)?.focus();
  };
  request.onerror = () => { wait(false); form.submit(); };
  const data = new FormData(form);
  wait(true);
  request.send(data);
});

// ---- forms that tell where they are sent from: asked once when they are sent; a no is told as a no, and nothing hangs on it
document.addEventListener('submit', e => {
  const form = e.target.closest('form[data-locate]');
  if (!form || form.dataset.located) return;
  e.preventDefault();
  const put = (name, value) => { form.elements[name].value = value; };
  const send = () => { form.dataset.located = 1; form.requestSubmit(); };
  $$('button', form).forEach(b => { b.setAttribute('aria-busy', 'true'); });
  if (!navigator.geolocation) { put('located', 'missing'); send(); return; }
  navigator.geolocation.getCurrentPosition(at => {
    put('latitude', at.coords.latitude.toFixed(6)); put('longitude', at.coords.longitude.toFixed(6));
    put('accuracy', Math.round(at.coords.accuracy)); send();
  }, no => { put('located', no.code === no.PERMISSION_DENIED ? 'refused' : 'missing'); send(); },
  { enableHighAccuracy: true, timeout: 8000, maximumAge: 30000 });
});

// ---- after htmx exchanged a part
document.addEventListener('htmx:before:request', () => $('#hr-loading')?.classList.add('htmx-request'));
document.addEventListener('htmx:finally:request', () => $('#hr-loading')?.classList.remove('htmx-request'));
document.addEventListener('htmx:after:swap', () => ready(document));
function ready(root) {
  $$('[data-phrases]', root).forEach(box => { box.hidden = false; });
  $$('[data-flash]:not([data-seen])', root).forEach(line => { line.dataset.seen = 1; toast(line); });
}
ready(document);
