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
