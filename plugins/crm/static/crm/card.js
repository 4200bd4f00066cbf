// The code on a card from a photograph, where the browser reads codes itself; without it the text is pasted or typed.
const form = document.querySelector('[data-card]'), place = form?.querySelector('[data-card-scan]');
if (place && 'BarcodeDetector' in window) {
  const input = place.querySelector('input'), code = form.querySelector('[name=code]');
  place.hidden = false;
  input.addEventListener('change', async () => {
    const [photo] = input.files;
    if (!photo) return;
    let told = '';
    try {
      const picture = await createImageBitmap(photo);
      const found = await new window.BarcodeDetector({ formats: ['qr_code'] }).detect(picture);
      told = found[0]?.rawValue ?? '';
    } catch { /* no code in the picture: the form says so */ }
    code.value = told;
    input.value = '';
    form.requestSubmit(form.querySelector('[name=read]'));
  });
}
