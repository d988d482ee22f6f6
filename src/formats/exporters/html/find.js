(() => {
  "use strict";
  const box = document.getElementById("find");
  const told = document.getElementById("found");
  const items = Array.from(document.querySelectorAll("[data-find]"), (item) => ({ item, text: item.textContent.toLowerCase() }));
  const groups = Array.from(document.querySelectorAll("[data-group]")).reverse();
  const show = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { item, text } of items) {
      item.hidden = !words.every((word) => text.includes(word));
      found += item.hidden ? 0 : 1;
    }
    for (const group of groups) {
      const isEmpty = !group.querySelector("[data-find]:not([hidden])");
      group.hidden = isEmpty;
      // An answer makes little sense without what it answers.
      if (!isEmpty && group.matches(".talk")) group.firstElementChild.hidden = false;
    }
    document.body.classList.toggle("sifted", words.length > 0);
    told.textContent = words.length === 0 ? "" : found === 1 ? "1 found" : `${found} found`;
  };
  box.addEventListener("input", show);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      box.value = "";
      show();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== box) {
      event.preventDefault();
      box.focus();
    }
  });
})();
