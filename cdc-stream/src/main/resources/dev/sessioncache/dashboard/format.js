// How figures are told to people: always with their unit. All times are UTC, as in the logs.

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export const NOTHING = "\u2013";

export function count(value) {
  return value == null ? NOTHING : grouped.format(value);
}

export function perSecond(value) {
  return value == null ? NOTHING : (value < 10 ? value.toFixed(1) : grouped.format(value)) + " /s";
}

export function millis(value) {
  if (value == null) return NOTHING;
  if (value < 1) return "< 1 ms";
  if (value < 1000) return Math.round(value) + " ms";
  return seconds(value / 1000);
}

export function seconds(value) {
  if (value == null) return NOTHING;
  if (value < 10) return value.toFixed(1) + " s";
  if (value < 120) return Math.round(value) + " s";
  if (value < 7200) return Math.round(value / 60) + " min";
  return Math.round(value / 3600) + " h";
}

export function percent(share, digits = 1) {
  if (share == null) return NOTHING;
  // What is not all must not read as all.
  const text = (100 * share).toFixed(digits);
  return (share < 1 && Number(text) === 100 ? "> " + (100 - 10 ** -digits).toFixed(digits) : text) + " %";
}

export function bytes(value) {
  if (value == null) return NOTHING;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return (unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)) + " " + units[unit];
}

export function time(ms) {
  return new Date(ms).toISOString().slice(11, 19);
}

export function dateTime(text) {
  const parsed = new Date(text);
  return isNaN(parsed) ? NOTHING : parsed.toISOString().slice(0, 19).replace("T", " ") + " UTC";
}
