// The org chart and the map of hand-overs: fold, zoom, pull, what is chosen, what stands out. Without it both can be read.
const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];

// ---- org chart
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

// ---- what the reader does
document.addEventListener('click', e => {
  const at = s => e.target.closest(s);
  let x;
  if ((x = at('[data-fold]'))) fold(x);
  if ((x = at('[data-fold-fetch]')) && $('ul', x.closest('li'))) { e.preventDefault(); e.stopPropagation(); fold(x); }
  if ((x = at('[hx-target="#panel"]'))) choose(x);
  if ((x = at('[data-zoom]'))) zoomBy($('[data-canvas]'), x.dataset.zoom);
}, true);

document.addEventListener('keydown', e => {
  if (e.ctrlKey || e.metaKey || e.altKey || !e.target.closest('[data-canvas],.hr-zoom')) return;
  const size = { '+': .1, '=': .1, '-': -.1, 0: 'fit' }[e.key], canvas = $('[data-canvas]');
  if (size && canvas) { e.preventDefault(); zoomBy(canvas, size); }
});

// ---- after htmx exchanged a part
document.addEventListener('htmx:after:process', e => {
  const link = e.target.closest?.('li')?.querySelector(':scope > [data-fold-fetch]');
  if (link && $(':scope > ul', link.parentNode)) fold(link, true);
});
document.addEventListener('htmx:after:swap', () => canvases(document));
canvases(document);
