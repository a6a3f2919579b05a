import { Controller } from "@hotwired/stimulus";
import { fromMap, percent, rounded, toMap } from "../plan_coordinates.js";

const SHADE = { color: "#0a6c6e", weight: 2, fillOpacity: 0.15 };
const OTHERS = { color: "#5c6874", weight: 1, fillOpacity: 0.06, interactive: false };

/** Draw a zone or place a point on the plan; the form gets coordinates 0..1, and numbers do the same by keyboard. */
export default class extends Controller {
  static targets = ["map", "polygon", "corners", "x", "y", "percentX", "percentY"];
  static values = { image: String, width: Number, height: Number, mode: String, others: String, icons: String, drawText: String, cornerText: String, removeText: String };

  async connect() {
    await import("leaflet");
    if (this.modeValue === "polygon") await import("@geoman-io/leaflet-geoman-free");
    if (!this.element.isConnected) return;
    this.L = globalThis.L;
    this.size = { width: 1000, height: Math.round(1000 * (this.heightValue / this.widthValue || 0.6)) };
    this.openMap();
    if (this.modeValue === "polygon") this.openPolygon();
    else this.openPoint();
  }

  disconnect() {
    this.map?.remove();
  }

  openMap() {
    const { L, size } = this;
    const bounds = [[0, 0], [size.height, size.width]];
    this.map = L.map(this.mapTarget, { crs: L.CRS.Simple, minZoom: -3, maxZoom: 3, zoomSnap: 0.25, attributionControl: false });
    if (this.imageValue) L.imageOverlay(this.imageValue, bounds).addTo(this.map);
    else L.rectangle(bounds, { ...OTHERS, fillOpacity: 0.03 }).addTo(this.map);
    for (const polygon of JSON.parse(this.othersValue || "[]")) L.polygon(this.inside(polygon), OTHERS).addTo(this.map);
    this.map.fitBounds(bounds);
  }

  inside(polygon) {
    return polygon.map(([x, y]) => toMap(x, y, this.size));
  }

  // --- a point --------------------------------------------------------------------------------

  openPoint() {
    const start = this.xTarget.value === "" ? null : [Number(this.xTarget.value), Number(this.yTarget.value)];
    this.map.on("click", ({ latlng }) => this.place(fromMap(latlng, this.size)));
    if (start) this.place(start);
  }

  place([x, y]) {
    const { L } = this;
    if (!this.marker) {
      const icon = L.divIcon({ className: "", html: '<span class="plan-pin"></span>', iconSize: [28, 28], iconAnchor: [14, 34] });
      this.marker = L.marker(toMap(x, y, this.size), { icon, draggable: true, keyboard: false }).addTo(this.map);
      this.marker.on("dragend", () => this.place(fromMap(this.marker.getLatLng(), this.size)));
    }
    this.marker.setLatLng(toMap(x, y, this.size));
    this.xTarget.value = rounded(x);
    this.yTarget.value = rounded(y);
    this.percentXTarget.value = percent(x);
    this.percentYTarget.value = percent(y);
    this.changed(this.xTarget);
  }

  typed() {
    const [x, y] = [this.percentXTarget, this.percentYTarget].map((field) => (field.value === "" ? NaN : Number(field.value) / 100));
    if (Number.isFinite(x) && Number.isFinite(y)) this.place([Math.min(Math.max(x, 0), 1), Math.min(Math.max(y, 0), 1)]);
  }

  // --- a polygon ------------------------------------------------------------------------------

  openPolygon() {
    this.map.pm.setPathOptions(SHADE);
    this.map.on("pm:create", ({ layer }) => { layer.remove(); this.show(this.outline(layer)); this.write(); });
    const start = JSON.parse(this.polygonTarget.value || "[]");
    if (start.length) this.show(start);
    else this.list([]);
  }

  draw() {
    this.map.pm.enableDraw("Polygon", { snappable: true, allowSelfIntersection: false, pathOptions: SHADE });
  }

  clear() {
    this.map.pm.disableDraw();
    this.show([]);
    this.write();
  }

  outline(layer) {
    return layer.getLatLngs()[0].map((corner) => fromMap(corner, this.size));
  }

  /** Draw these corners; editing them by hand writes the form. */
  show(corners) {
    this.layer?.remove();
    this.layer = null;
    this.corners = corners;
    if (corners.length > 2) {
      this.layer = this.L.polygon(this.inside(corners), SHADE).addTo(this.map);
      this.layer.pm.enable({ allowSelfIntersection: false });
      this.layer.on("pm:edit pm:markerdragend", () => { this.corners = this.outline(this.layer); this.write(); this.quieten(); });
      this.quieten();
    }
    this.list(corners);
  }

  /** Corner handles are for the mouse; the keyboard has the list of numbers. */
  quieten() {
    for (const handle of this.mapTarget.querySelectorAll(".marker-icon")) {
      handle.removeAttribute("tabindex");
      handle.removeAttribute("role");
      handle.setAttribute("aria-hidden", "true");
    }
  }

  write() {
    const corners = this.corners.map(([x, y]) => [rounded(x), rounded(y)]);
    this.polygonTarget.value = corners.length > 2 ? JSON.stringify(corners) : "";
    this.list(this.corners);
    this.changed(this.polygonTarget);
  }

  /** The same corners as numbers. */
  list(corners) {
    const active = document.activeElement;
    if (this.cornersTarget.contains(active) && active.matches("input") && this.cornersTarget.children.length === corners.length) return;
    this.cornersTarget.replaceChildren(...corners.map((corner, index) => this.cornerRow(corner, index)));
  }

  cornerRow(corner, index) {
    const row = document.createElement("li");
    row.className = "cluster";
    for (const axis of [0, 1]) {
      const field = Object.assign(document.createElement("input"), { type: "number", min: 0, max: 100, step: 0.01, value: percent(corner[axis]), className: "form-control corner" });
      field.setAttribute("aria-label", `${this.cornerTextValue} ${index + 1} ${axis ? "↓" : "→"} %`);
      field.addEventListener("change", () => {
        this.corners[index][axis] = Math.min(Math.max(Number(field.value) / 100, 0), 1);
        this.show(this.corners);
        this.write();
      });
      row.append(field);
    }
    const remove = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet btn-sm", textContent: this.removeTextValue });
    remove.addEventListener("click", () => { this.corners.splice(index, 1); this.show(this.corners); this.write(); });
    row.append(remove);
    return row;
  }

  addCorner() {
    this.corners = [...(this.corners ?? []), [0.5, 0.5]];
    this.show(this.corners);
    this.write();
  }

  changed(field) {
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
