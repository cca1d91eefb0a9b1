/* The upload page: dropping files, seeing what was chosen, and how much has been sent. */

const zoneOf = (event) => event.target.closest?.("#drop-zone");

const showChosen = (input) => {
  const names = document.getElementById("chosen-files");
  names.replaceChildren(
    ...[...input.files].slice(0, 50).map((file) => {
      const row = document.createElement("li");
      row.textContent = `${file.name} (${Math.ceil(file.size / 1024)} KB)`;
      return row;
    }),
  );
  if (input.files.length > 50) {
    const row = document.createElement("li");
    row.textContent = `and ${input.files.length - 50} more`;
    names.append(row);
  }
};

for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    const zone = zoneOf(event);
    if (!zone) return;
    event.preventDefault();
    zone.classList.add("is-over");
  });
}
document.addEventListener("dragleave", (event) => {
  const zone = zoneOf(event);
  if (zone && !zone.contains(event.relatedTarget)) zone.classList.remove("is-over");
});
document.addEventListener("drop", (event) => {
  const zone = zoneOf(event);
  if (!zone || event.dataTransfer.files.length === 0) return;
  event.preventDefault();
  zone.classList.remove("is-over");
  const input = document.getElementById("files");
  const all = new DataTransfer();
  for (const file of [...input.files, ...event.dataTransfer.files]) all.items.add(file);
  input.files = all.files;
  showChosen(input);
});
document.addEventListener("change", (event) => {
  if (event.target.id === "files") showChosen(event.target);
});
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = document.getElementById("sending");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = Math.round((100 * event.detail.loaded) / event.detail.total);
});
