// Keys of the alarm pages. Everything they do can be done with Tab and Enter as well; without this script nothing is missing.
(() => {
  const form = document.querySelector("form[data-selection]");
  const help = document.getElementById("desk-keys-help");
  const rows = () => [...document.querySelectorAll("tr[data-alarm]")];
  const box = (row) => row?.querySelector("input[name=alarm]");
  const boxes = () => [...document.querySelectorAll("input[name=alarm]")];
  let current = null;

  // The current line is the one that holds the focus, or held it last; it is known by the number of its alarm.
  const currentRow = () => rows().find((row) => row.dataset.alarm === current);
  function mark(row) {
    rows().forEach((one) => { if (one !== row) one.removeAttribute("aria-current"); });
    row?.setAttribute("aria-current", "true");
    current = row?.dataset.alarm ?? current;
  }
  function go(step) {
    const all = rows(), at = all.indexOf(currentRow());
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
    if (!next) return;
    mark(next);
    (box(next) ?? next.querySelector("a.alarm-link"))?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }
  function count() {
    const chosen = boxes().filter((one) => one.checked).length;
    document.querySelectorAll("[data-chosen]").forEach((el) => { el.textContent = String(chosen); });
  }
  function submit(act) {
    const button = document.querySelector(`button[name=act][value="${act}"]`);
    if (!button) return;
    const row = currentRow();
    // nothing chosen means the current line
    if (form && !boxes().some((one) => one.checked) && box(row)) box(row).checked = true;
    count();
    button.form?.requestSubmit(button);
  }
  function focusOn(id, fold) {
    const folded = fold && document.querySelector(`details[data-fold="${fold}"]`);
    if (folded) folded.open = true;
    const field = document.getElementById(id) ?? folded?.querySelector("input[type=text]");
    if (!field) return false;
    field.focus();
    return true;
  }
  const acts = {
    j: () => go(1), ArrowDown: () => go(1), k: () => go(-1), ArrowUp: () => go(-1),
    x: () => toggle(), " ": () => toggle(),
    a: () => submit("ack"),
    s: () => focusOn("selection-reason", "shelve"),
    c: () => focusOn("selection-comment") || focusOn("act-comment"),
    o: () => open(), Enter: () => open(),
    "/": () => focusOn("desk-text"),
    "?": () => help?.togglePopover(),
  };
  function toggle() {
    const one = box(currentRow());
    if (!one) return false;
    one.checked = !one.checked;
    count();
  }
  function open() {
    const link = currentRow()?.querySelector("a.alarm-link");
    if (!link) return false;
    link.click();
  }
  const isTyping = (el) => el.matches("input:not([type=checkbox]),select,textarea,[contenteditable]");
  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    const el = e.target instanceof Element ? e.target : document.body;
    if (e.key === "Escape" && isTyping(el)) { el.blur(); (box(currentRow()) ?? document.body).focus?.(); return; }
    // Enter in a field does what stands beside it
    if (e.key === "Enter" && isTyping(el)) {
      const act = el.closest("[data-enter]")?.dataset.enter;
      const button = act && el.form?.querySelector(`button[name=act][value="${act}"]`);
      if (button) { e.preventDefault(); el.form.requestSubmit(button); }
      return;
    }
    if (isTyping(el)) return;
    // links, buttons and boxes keep what the browser does with Enter and Space
    const isOwn = el.matches("a,button,summary") || (el.matches("input[type=checkbox]") && e.key === " ");
    if (isOwn && (e.key === "Enter" || e.key === " ")) return;
    const act = acts[e.key];
    if (act && act() !== false) e.preventDefault();
  });
  addEventListener("focusin", (e) => { const row = e.target instanceof Element && e.target.closest("tr[data-alarm]"); if (row) mark(row); });
  addEventListener("change", (e) => { if (e.target instanceof Element && e.target.matches("input[name=alarm]")) count(); });
  // the list was replaced: the same line stays the current one
  document.addEventListener("replaced", () => { mark(currentRow()); count(); });
  count();
})();
