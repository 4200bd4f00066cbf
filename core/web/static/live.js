// Parts of a page that follow what happens: <div id="x" data-live="job:17" hx-get="…" hx-trigger="every 1s, live" …>.
// While a stream from /live is open, the part asks again when it is told to, and its own polling is held back but for a
// look now and then. Without a stream it polls, as it does without this script. Only a page that is seen holds a stream:
// browsers open no more than six connections to a server.
const LOOK = 15000, PACE = 500, STUCK = 10000, AGAIN = 15000, AGAIN_MOST = 300000, ABSENT = 'remit-live-absent';
let source, wanted = '', up = false, last = '', refused = new Set(), failures = 0, retry;
const marks = new Map(), asked = new Map(), due = new Map(), busy = new Map(), dirty = new Set();

const topicsOf = part => part.dataset.live.split(' ').filter(Boolean);
const partsOf = topic => [...document.querySelectorAll('[data-live]')].filter(part => topicsOf(part).includes(topic));
const follows = part => up && topicsOf(part).every(topic => !refused.has(topic));

// ---- asking for a part again: soon, but not more often than PACE, and not while it is being asked for
function refresh(topic) {
  if (performance.now() - (busy.get(topic) ?? -STUCK) < STUCK) { dirty.add(topic); return; }
  if (due.has(topic)) return;
  due.set(topic, setTimeout(() => {
    due.delete(topic);
    for (const part of partsOf(topic)) part.dispatchEvent(new CustomEvent('live'));
  }, Math.max(0, (asked.get(topic) ?? -PACE) + PACE - performance.now())));
}
document.addEventListener('htmx:config:request', e => {
  const part = e.target.matches?.('[data-live]') && e.target;
  if (!part) return;
  const now = performance.now(), latest = Math.max(...topicsOf(part).map(topic => asked.get(topic) ?? 0));
  const polls = e.detail.ctx?.sourceEvent?.type !== 'live';
  if (polls && (document.hidden || (follows(part) && now - latest < LOOK))) { e.preventDefault(); e.stopImmediatePropagation(); return; }
  for (const topic of topicsOf(part)) { asked.set(topic, now); busy.set(topic, now); }
}, true);
document.addEventListener('htmx:finally:request', e => {
  const told = e.detail?.ctx?.sourceElement?.dataset?.live ?? e.target.dataset?.live;
  for (const topic of (told ?? '').split(' ').filter(Boolean)) {
    busy.delete(topic);
    if (dirty.delete(topic)) refresh(topic);
  }
}, true);

// ---- what is told
function change({ topic, data }) {
  const mark = `${data.state} ${data.line}`, same = data.total && marks.get(topic) === mark;
  marks.set(topic, mark);
  if (!same) { refresh(topic); return; }
  for (const part of partsOf(topic)) {          // only the figures moved
    const bar = part.querySelector('progress'), count = part.querySelector('[data-live-count]');
    if (!bar || !count) { refresh(topic); return; }
    Object.assign(bar, { max: data.total, value: data.done });
    count.textContent = `${data.done.toLocaleString('en-US')} / ${data.total.toLocaleString('en-US')}`;
  }
}
const refreshAll = () => { marks.clear(); wanted.split(' ').filter(topic => topic && !refused.has(topic)).forEach(refresh); };

// ---- the stream
function open() {
  const query = new URLSearchParams(wanted.split(' ').map(topic => ['topic', topic]));
  if (last) query.set('last', last);
  source = new EventSource(`/live?${query}`);
  const on = (name, then) => source.addEventListener(name, e => { last = e.lastEventId || last; then(JSON.parse(e.data)); });
  on('ready', told => {
    up = true; failures = 0; refused = new Set(told.refused);
    sessionStorage.removeItem(ABSENT);
    if (!told.resumed) refreshAll();
  });
  on('change', change);
  on('reload', refreshAll);
  on('refused', told => told.forEach(topic => refused.add(topic)));
  source.onerror = () => {
    up = false;                                  // the browser tries again by itself, unless it was refused
    if (source?.readyState === EventSource.CLOSED) {
      const wait = Math.min(AGAIN * 2 ** failures++, AGAIN_MOST);
      sessionStorage.setItem(ABSENT, Date.now() + wait);
      close();
      sync();
    }
  };
}
function close() {
  source?.close();
  source = null; up = false; wanted = '';
}
function sync() {
  const now = document.hidden ? '' : [...new Set([...document.querySelectorAll('[data-live]')].flatMap(topicsOf))].sort().join(' ');
  if (now === wanted && (source || !now)) return;
  close();
  wanted = now;
  clearTimeout(retry);
  const wait = (sessionStorage.getItem(ABSENT) ?? 0) - Date.now();
  if (!now) return;
  if (wait > 0) retry = setTimeout(() => { if (!source) sync(); }, wait + 50);
  else open();
}
document.addEventListener('htmx:after:swap', sync);
document.addEventListener('visibilitychange', sync);
addEventListener('pagehide', close);
addEventListener('pageshow', sync);
sync();
