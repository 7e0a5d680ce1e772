/** For a hook that takes the lock on the virtual readers: a little longer than the lock itself waits, in milliseconds. */
export const lockPatience = 21 * 60_000;
