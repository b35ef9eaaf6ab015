// The panels of visits, which every room opens: a tap on a free time fills the form in, and nothing more.
(() => {
  const changed = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pick-time], [data-pick-at]");
    if (!button) return;
    const { day, time, specialist, at } = button.closest("form").elements;
    if (button.matches("[data-pick-at]")) {
      at.value = button.dataset.pickAt;
      return changed(button.closest("form").querySelector(".cal-ask"));
    }
    day.value = button.dataset.pickDay;
    time.value = button.dataset.pickTime;
    if (specialist && button.dataset.pickSpecialist && specialist.value !== button.dataset.pickSpecialist) {
      specialist.value = button.dataset.pickSpecialist;
      showTerms(specialist);
    }
    for (const [name, who] of Object.entries(JSON.parse(button.dataset.pickPeople || "{}"))) {
      button.closest("form").elements[name].value = who;
    }
    changed(time);
  });

  // Until somebody chooses a time the first free one is: `auto` has the day from which it is looked for.
  document.addEventListener("change", ({ target }) => {
    const form = target.form;
    if (!form || !form.matches("[data-visit]")) return;
    const { auto } = form.elements;
    if (auto && target.name === "time") auto.value = "";
    if (auto && auto.value && target.name === "day") auto.value = target.value;
    if (target.name === "phone") document.body.dispatchEvent(new CustomEvent("client-chosen"));
    if (target.id === "visit-specialist") showTerms(target);
  }, true);
  document.addEventListener("input", ({ target }) => {
    if (target.name === "time" && target.form?.matches("[data-visit]") && target.form.elements.auto) target.form.elements.auto.value = "";
  }, true);
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const answer = detail.target.id === "visit-times" && detail.target.querySelector("[data-answer]");
    if (answer) { // it stands beside the button
      document.getElementById("visit-answer").replaceChildren(...answer.childNodes);
      answer.remove();
    }
    const hands = detail.target.id === "visit-times" && detail.target.querySelector("[data-hands]");
    if (hands) { // the lists stay as they are, with whoever is using them, until they would be others
      const place = document.getElementById("visit-hands");
      if (place && place.dataset.key !== hands.dataset.hands) {
        place.dataset.key = hands.dataset.hands;
        place.replaceChildren(...hands.childNodes);
      }
      hands.remove();
    }
    const first = detail.target.id === "visit-times" && detail.target.querySelector("[data-fill-time]");
    const { auto, day, time } = first ? first.closest("form").elements : {};
    if (!auto || !auto.value || [day, time].includes(document.activeElement)) return; // somebody is typing
    day.value = first.dataset.fillDay;
    time.value = first.dataset.fillTime;
  });

  // Of the specialist who is chosen, length and price of each service; last what only others do.
  function showTerms(select) {
    const list = select.form.querySelector(".cal-offers-list");
    if (!list) return; // a visit that is moved keeps its services
    list.querySelector(".cal-others")?.remove();
    const lines = [...list.querySelectorAll("[data-by]")].map((line) => ({ line, by: JSON.parse(line.dataset.by) }));
    const isMine = ({ by }) => !select.value || select.value in by;
    const doesAny = lines.some(isMine);
    for (const one of lines) one.line.querySelector("[data-terms]").textContent = one.by[select.value] || one.by[""];
    lines.sort((one, other) => (doesAny ? isMine(other) - isMine(one) : 0) || one.line.dataset.place - other.line.dataset.place);
    const others = document.createElement("p");
    others.className = "cal-others muted small";
    others.textContent = list.dataset.others;
    const first = doesAny ? lines.findIndex((one) => !isMine(one)) : -1;
    list.append(...lines.flatMap((one, at) => (at === first ? [others, one.line] : [one.line])));
  }
})();

// A form that was unfolded in its line is folded again; of a line that was done the next step goes on from there.
document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-unfold-close]")?.closest(".tell-place");
  if (!place) return;
  place.replaceChildren();
  place.previousElementSibling.querySelector("button").focus();
});
document.addEventListener("htmx:load", ({ detail }) => {
  if (detail.elt.matches?.(".visit-line:not([data-beside])")) detail.elt.focus();
  if (detail.elt.matches?.(".tell")) detail.elt.scrollIntoView({ block: "center" });
});
