// The test chat shows its newest words, also after a part of the page was exchanged.
(() => {
  const newest = () => document.querySelectorAll("[data-newest]").forEach((box) => { box.scrollTop = box.scrollHeight; });
  document.body.addEventListener("htmx:afterSwap", newest);
  newest();
})();
