// The board on a wall: F or the button fills the screen, Escape leaves it by itself, B goes back to the board.
const button = document.querySelector('[data-wall-full]'), back = document.querySelector('[data-wall-back]');
const fill = () => document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen().catch(() => {});
if (button && document.fullscreenEnabled) {
  button.hidden = false;
  button.addEventListener('click', fill);
  document.addEventListener('fullscreenchange', () => { button.hidden = Boolean(document.fullscreenElement); });
}
document.addEventListener('keydown', e => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, textarea, select')) return;
  if (e.key === 'f' || e.key === 'F') fill();
  if ((e.key === 'b' || e.key === 'B') && back) back.click();
});
