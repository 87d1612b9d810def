// Records what is shown: component, slot, version, and the time of the video.
window.shown = [];
new MutationObserver(() => {
  for (const region of document.querySelectorAll("[data-component]")) {
    const { slot, component, version } = region.dataset;
    const last = window.shown.findLast((each) => each.slot === slot);
    if (last && last.component === component && last.version === Number(version)) continue;
    const picture = document.querySelector("video").currentTime;
    window.shown.push({ slot, component, version: Number(version), picture, at: performance.now() });
  }
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-version", "data-component"] });
