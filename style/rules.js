// Says what is wrong with a rule while it is typed, and asks again for a trial without a result.
"use strict";
(() => {
  const PAUSE_MS = 400;
  const again = document.querySelector("[data-again-seconds]");
  if (again) setTimeout(() => location.reload(), Number(again.dataset.againSeconds) * 1000);

  const form = document.querySelector("form[data-check]");
  if (!form) return;
  let timer = 0;
  let asked = 0;

  const check = async () => {
    const number = ++asked;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) body.append(name, value);
    let said;
    try {
      const response = await fetch(form.dataset.check, { method: "POST", body, headers: { accept: "application/json" } });
      if (!response.ok) return;
      said = await response.json();
    } catch {
      return; // the check when it is saved is the same
    }
    if (number === asked) show(said);
  };

  const beside = (list, field) => list.filter((one) => one.field === field).map((one) => one.sentence).join(" ");

  const show = (said) => {
    const sentence = form.querySelector("[data-rule-sentence]");
    if (sentence.textContent !== said.sentence) sentence.textContent = said.sentence;
    for (const place of form.querySelectorAll("[data-problem-of]")) {
      const text = beside(said.problems, place.dataset.problemOf);
      if (place.textContent !== text) place.textContent = text;
      const input = form.elements.namedItem(place.dataset.problemOf);
      if (!input || !input.setAttribute) continue;
      if (text) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
    for (const place of form.querySelectorAll("[data-note-of]")) {
      const text = beside(said.notes, place.dataset.noteOf);
      if (place.textContent !== text) place.textContent = text;
    }
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE_MS);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
})();
