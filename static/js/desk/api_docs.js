/** Starts Swagger UI on the page that describes the API; writes carry the session's CSRF token. */
const root = document.getElementById("api-docs");

window.SwaggerUIBundle({
  url: root.dataset.schema,
  domNode: root,
  deepLinking: true,
  persistAuthorization: false,
  docExpansion: "none",
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  onComplete() {
    // The page's title is of the first level; Swagger UI skips the second, and leaves its head outside of all regions.
    for (const heading of root.querySelectorAll("h3.opblock-tag, section.models h4")) heading.setAttribute("aria-level", "2");
    for (const part of root.querySelectorAll(".information-container, .scheme-container")) {
      part.setAttribute("role", "region");
      part.setAttribute("aria-label", part.textContent.trim().slice(0, 40));
    }
  },
  requestInterceptor(request) {
    if (request.method && request.method !== "GET") request.headers["X-CSRFToken"] = root.dataset.csrf;
    return request;
  },
});
