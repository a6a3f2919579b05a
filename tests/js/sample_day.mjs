/** A day of one guard, for tests and for looking at the page: around `now`, in Chinese or English. */
import { createHash } from "node:crypto";

const HOUR = 3_600_000;
const WORDS = {
  en: {
    site: "Jade Court", second: "Harbour Tower", garage: "Basement garage", perimeter: "Perimeter", night: "Night round, fire doors",
    points: [["B2-04", "Sump", "Basement 2 east · beside the ramp"], ["B2-05", "Hydrant 3", "Basement 2 east · column C7"], ["B2-06", "Switch room", "Basement 2 middle · grey double door"], ["B2-07", "Water pump room", "Basement 2 west · right wall inside the fire door"], ["B2-08", "Generator room", "Basement 2 west · end of the corridor"], ["B1-01", "Garage entrance", "Basement 1 · barrier"]],
    checklist: "Pump room, each round", items: ["Pump runs without unusual noise", "Pressure of the main", "Valve position", "Remarks", "Photo of the gauge"],
    help: "Read the left gauge, at eye level.", open: "open", closed: "closed",
    kinds: ["Safety hazard", "Something broken", "Dirty or blocked", "Suspicious person", "Water or gas", "Something else"],
    cannot: ["Label missing", "Label damaged", "Locked, no key", "Not safe to go there"], typed: ["Label damaged", "Camera broken", "Too dark"],
  },
  "zh-hans": {
    site: "翠湖花园", second: "海港大厦", garage: "地下车库巡逻", perimeter: "周界巡逻", night: "夜间巡逻(防火门)",
    points: [["B2-04", "集水井", "地下二层东侧 · 坡道旁"], ["B2-05", "消火栓 3 号", "地下二层东侧 · C7 柱"], ["B2-06", "配电房", "地下二层中部 · 灰色双开门"], ["B2-07", "水泵房", "地下二层西侧 · 防火门内右手墙"], ["B2-08", "发电机房", "地下二层西侧 · 走廊尽头"], ["B1-01", "车库入口", "地下一层 · 道闸"]],
    checklist: "水泵房每轮检查", items: ["水泵运行无异响", "主管压力", "阀门位置", "备注", "压力表照片"],
    help: "读左侧压力表,平视。", open: "开", closed: "关",
    kinds: ["安全隐患", "设施损坏", "脏乱堵塞", "可疑人员", "漏水燃气", "其他"],
    cannot: ["标签丢失", "标签损坏", "上锁无钥匙", "不安全"], typed: ["标签损坏", "摄像头坏", "太暗"],
  },
};

export const token = (id) => `${id.toString(36)}.1.c2lnbmF0dXJl${id}`;

/** The bundle of a person at `now` (ms). */
export function sampleDay(now = Date.now(), language = "en") {
  const words = WORDS[language] ?? WORDS.en;
  const at = (hours) => new Date(now + hours * HOUR).toISOString();
  const checkpoints = words.points.map(([code, name, place], n) => ({
    id: 101 + n, site_id: 1, code, name, place, zone: "", label_sha256: [createHash("sha256").update(token(101 + n)).digest("hex")],
    x: 0.1 + n * 0.15, y: 0.5, lat: null, lng: null, checklist_version_id: n === 3 ? 7 : null,
  }));
  const round = (id, name, hours, more = {}) => ({
    id, plan: { id, name, discipline: "security" }, site_id: 1, ordered: true, opens_at: at(hours - 0.25), due_start: at(hours), due_end: at(hours + 0.67), closes_at: at(hours + 1),
    status: "due", points: checkpoints.map((point) => point.id), visited: [], ...more,
  });
  const [noise, pressure, valve, remarks, gauge] = words.items;
  return {
    sites: [{ id: 1, name: words.site, time_zone: "Asia/Shanghai", plan: null }],
    rounds: [round(1, words.garage, -0.2, { status: "running", visited: [101, 102, 103] }), round(2, words.perimeter, 2, { ordered: false, points: [101, 104, 106] }), round(3, words.night, 6), round(4, words.perimeter, -3, { status: "completed", visited: checkpoints.map((point) => point.id) })],
    checkpoints,
    checklists: [{ version_id: 7, name: words.checklist, items: [
      { id: 1, kind: "normal", label: noise, help: "", unit: "", low: null, high: null, choices: [], required: true, photo: false },
      { id: 2, kind: "number", label: pressure, help: words.help, unit: "MPa", low: 0.6, high: 1.2, choices: [], required: true, photo: false },
      { id: 3, kind: "choice", label: valve, help: "", unit: "", low: null, high: null, choices: [{ value: "open", label: words.open, abnormal: false }, { value: "closed", label: words.closed, abnormal: true }], required: true, photo: false },
      { id: 4, kind: "text", label: remarks, help: "", unit: "", low: null, high: null, choices: [], required: false, photo: false },
      { id: 5, kind: "photo", label: gauge, help: "", unit: "", low: null, high: null, choices: [], required: true, photo: true },
    ] }],
    report_kinds: words.kinds.map((label, n) => ({ value: `kind${n}`, label })),
    cannot_reasons: words.cannot.map((label, n) => ({ value: `cannot${n}`, label })),
    typed_reasons: words.typed.map((label, n) => ({ value: `typed${n}`, label })),
  };
}
