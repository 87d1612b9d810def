// Records what is on the screen, by the titles of the components, and how long: the times are those of the video.
window.screens = [];
setInterval(() => {
  const picture = document.querySelector("video")?.currentTime ?? 0;
  const titles = [...document.querySelectorAll("[data-component] h2")].map((each) => each.textContent).sort();
  const last = window.screens.at(-1);
  if (last && String(last.titles) === String(titles)) last.until = picture;
  else window.screens.push({ titles, since: picture, until: picture });
}, 50);
