// Copies what stands in an element.
(() => {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      if (window.office) window.office.say(button.dataset.copied);
      else button.textContent = button.dataset.copied;
    } catch {
      // Without the right to the clipboard the text is marked, so that it can be copied by hand.
      window.getSelection().selectAllChildren(source);
    }
  });
})();
