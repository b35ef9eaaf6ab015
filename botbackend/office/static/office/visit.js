// The panels of visits, which every room opens: a free time that is tapped goes into the form.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-pick-time]");
  if (!button) return;
  const { day, time, specialist } = button.closest("form").elements;
  day.value = button.dataset.pickDay;
  time.value = button.dataset.pickTime;
  if (specialist) specialist.value = button.dataset.pickSpecialist;
  time.dispatchEvent(new Event("change", { bubbles: true }));
});

// A form that was unfolded in its line is folded again; of a line that was done the next step goes on from there.
document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-unfold-close]")?.closest(".tell-place");
  if (!place) return;
  place.replaceChildren();
  place.previousElementSibling.querySelector("button").focus();
});
document.addEventListener("htmx:load", ({ detail }) => {
  if (detail.elt.matches?.(".visit-line")) detail.elt.focus();
  if (detail.elt.matches?.(".tell")) detail.elt.scrollIntoView({ block: "center" });
});
