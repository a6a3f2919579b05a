/** A short message in the corner, read aloud by screen readers; goes by itself. */
export function notice(text, tone = "info", { action = null, label = "", stay = false } = {}) {
  const place = document.getElementById("notices");
  if (!place || !text) return null;
  const box = document.createElement("div");
  box.className = `notice t-${tone}`;
  box.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (action) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-secondary", textContent: label });
    button.addEventListener("click", () => { action(); box.remove(); });
    box.append(button);
  }
  place.append(box);
  if (!stay) setTimeout(() => box.remove(), 8000);
  return box;
}
