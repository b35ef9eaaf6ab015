// The team: rows of times, copying a day, putting a list in order, and cells that are changed in their place.
(() => {
  function addSpan(spans, start, end) {
    const template = spans.querySelector("template");
    const row = template.content.firstElementChild.cloneNode(true);
    template.before(row);
    const [from, to] = row.querySelectorAll("input");
    from.value = start;
    to.value = end;
    return row;
  }

  function copyDay(day) {
    for (const other of day.parentElement.children) {
      if (other === day) continue;
      for (const spans of day.querySelectorAll("[data-spans]")) {
        const theirs = other.querySelector(`[data-spans="${spans.dataset.spans}"]`);
        theirs.querySelectorAll(":scope > .span").forEach((row) => row.remove());
        for (const row of spans.querySelectorAll(":scope > .span")) {
          const [from, to] = row.querySelectorAll("input");
          addSpan(theirs, from.value, to.value);
        }
      }
      const closed = day.querySelector("[data-closed]");
      if (closed) other.querySelector("[data-closed]").checked = closed.checked;
    }
  }

  function moveEntry(button) {
    const entry = button.closest("li");
    const other = button.dataset.move === "up" ? entry.previousElementSibling : entry.nextElementSibling;
    if (!other) return;
    if (button.dataset.move === "up") other.before(entry); else other.after(entry);
    button.focus();
    htmx.trigger(entry.closest("form"), "team-ordered");
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add], [data-drop], [data-copy], [data-move]");
    if (!button) return;
    const { dataset } = button;
    if ("add" in dataset) {
      const spans = button.closest("[data-spans]");
      const isFirst = !spans.querySelector(":scope > .span");
      addSpan(spans, isFirst ? dataset.start : "", isFirst ? dataset.end : "").querySelector("input").focus();
    } else if ("drop" in dataset) {
      const spans = button.closest("[data-spans]");
      button.closest(".span").remove();
      spans.querySelector("[data-add]").focus();
    } else if ("copy" in dataset) {
      copyDay(button.closest("[data-day]"));
      window.office.say(dataset.said);
    } else {
      moveEntry(button);
    }
  });

  // Dragging: the entry stays in its place of the document and the others go round it, so that a finger is not lost.
  let dragged = null;
  let order = "";
  const numbers = (list) => [...list.querySelectorAll("[name=order]")].map((input) => input.value).join();

  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip) return;
    event.preventDefault();
    dragged = grip.closest("li");
    order = numbers(dragged.parentElement);
    dragged.classList.add("dragged");
  });
  document.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    const passed = (other, isAbove) => {
      if (!other) return false;
      const box = other.getBoundingClientRect();
      const middle = box.top + box.height / 2;
      return isAbove ? event.clientY < middle : event.clientY > middle;
    };
    while (passed(dragged.previousElementSibling, true)) dragged.after(dragged.previousElementSibling);
    while (passed(dragged.nextElementSibling, false)) dragged.before(dragged.nextElementSibling);
  });
  function letGo() {
    if (!dragged) return;
    const list = dragged.parentElement;
    dragged.classList.remove("dragged");
    dragged = null;
    if (numbers(list) !== order) htmx.trigger(list.closest("form"), "team-ordered");
  }
  document.addEventListener("pointerup", letGo);
  document.addEventListener("pointercancel", letGo);

  document.addEventListener("keydown", (event) => {
    const form = event.key === "Escape" && event.target.closest && event.target.closest(".cell-form");
    if (form) form.querySelector("[data-cancel]").click();
  });

  // What was refused is shown where it stands; a cell that was changed keeps the focus.
  document.addEventListener("htmx:load", (event) => {
    const part = event.detail.elt;
    const wrong = part.querySelector && part.querySelector("[aria-invalid=true]");
    if (wrong) wrong.focus();
    else if (part.matches && part.matches(".cell-form")) part.querySelector("[name=price]").focus();
    else if (part.matches && part.matches(".cell")) part.querySelector("button")?.focus();
  });
})();
