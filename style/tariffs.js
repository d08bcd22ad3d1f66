// Reads a chosen file into the text of the form; without this script the text is pasted.
async function content(file) {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // what Chinese spreadsheets write
    return new TextDecoder("gb18030").decode(bytes);
  }
}

for (const place of document.querySelectorAll("[data-file-for]")) {
  const chosen = place.querySelector('input[type="file"]');
  const text = document.getElementById(place.dataset.fileFor);
  if (!chosen || !text) continue;
  place.hidden = false;
  chosen.addEventListener("change", async () => {
    const file = chosen.files[0];
    if (file) text.value = await content(file);
  });
}
