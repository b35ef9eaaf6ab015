// A list that is searched in place: what is typed hides what does not hold it. Titles and texts are read as they
// stand, without regard to capitals and accents. What is asked stays in the address, and goes along to the other
// languages of the same list.
(() => {
  const field = document.querySelector("[data-find-in]");
  if (!field) return;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase().replace(/ł/g, "l").replace(/[’ʼ`]/g, "'").replace(/\s+/g, " ").trim();
  const told = document.getElementById(field.getAttribute("aria-describedby"));
  const nothing = document.getElementById("found-nothing");
  const inside = (selector) => [...document.querySelectorAll(`${field.dataset.findIn} ${selector}`)];
  const url = () => new URL(location.href);

  function find() {
    const words = plain(field.value).split(" ").filter(Boolean);
    const entries = inside("[data-entry]");
    let count = 0;
    for (const entry of entries) {
      const text = plain(entry.textContent);
      entry.hidden = !words.every((word) => text.includes(word));
      count += !entry.hidden;
    }
    for (const group of inside("[data-group]")) group.hidden = !group.querySelector("[data-entry]:not([hidden])");
    nothing.hidden = Boolean(count);
    nothing.querySelector("q").textContent = field.value.trim();
    told.textContent = words.length ? told.dataset.told.replace("{count}", count).replace("{all}", entries.length) : "";
  }

  function keep() {
    const here = url();
    const asked = field.value.trim();
    if (asked) here.searchParams.set("q", asked); else here.searchParams.delete("q");
    history.replaceState(history.state, "", here);
    for (const link of document.querySelectorAll("[data-keeps-search]")) link.search = here.search;
  }

  function clear() {
    field.value = "";
    find();
    keep();
    field.focus();
  }

  field.value = field.value || url().searchParams.get("q") || "";
  field.addEventListener("input", () => { find(); keep(); });
  field.addEventListener("keydown", (event) => { if (event.key === "Escape" && field.value) { event.preventDefault(); clear(); } });
  nothing.querySelector("button").addEventListener("click", clear);
  document.addEventListener("htmx:afterSwap", find);
  find();
  keep();
})();
