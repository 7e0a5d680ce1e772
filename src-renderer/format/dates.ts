/** Dates and times in the words and the time zone of the person's machine. */
const dateAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const dateAndSecond = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const dateOnly = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});
const timeOnly = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const timeToSecond = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

function written(format: Intl.DateTimeFormat, time: string): string {
  // A day without a time is the same day everywhere, not midnight in Greenwich.
  const milliseconds = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(time) ? `${time}T00:00` : time);
  return Number.isNaN(milliseconds) ? time : format.format(milliseconds);
}

export const formatDateTime = (time: string): string => written(dateAndTime, time);
export const formatDateTimeSecond = (time: string): string => written(dateAndSecond, time);
export const formatDate = (time: string): string => written(dateOnly, time);
export const formatTime = (time: string): string => written(timeOnly, time);
export const formatTimeSecond = (time: string): string => written(timeToSecond, time);

/** How far a time lies from now, as `3 min. ago` or `in 2 hr.`; within five seconds it is `now`. */
export function formatAge(time: string, now: number): string {
  const milliseconds = Date.parse(time);
  if (Number.isNaN(milliseconds)) return time;
  const seconds = Math.round((milliseconds - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 5) return 'now';
  if (size < 60) return relative.format(seconds, 'second');
  if (size < 3_600) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return relative.format(Math.round(seconds / 3_600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}

/** A duration in milliseconds as `48 s`, `3 min 05 s` or `1 h 12 min`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** A span of seconds in its largest unit, at least one second: `4 s`, `3 min`, `2 h`, `3 days`. */
export function formatSpan(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.floor(seconds))} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}
