/** Between a plan's coordinates (0..1 from the top left) and Leaflet's simple map (y upwards, in drawing units). */
const clamp = (value) => Math.min(Math.max(value, 0), 1);

export const toMap = (x, y, { width, height }) => [(1 - y) * height, x * width];

export const fromMap = ({ lat, lng }, { width, height }) => [clamp(lng / width), clamp(1 - lat / height)];

/** Five decimals: a centimetre on a plan of one kilometre. */
export const rounded = (value) => Math.round(value * 1e5) / 1e5;

export const percent = (value) => Math.round(value * 1e4) / 100;
