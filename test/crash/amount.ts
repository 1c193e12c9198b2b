/** How much of the whole a run takes: `CRASH_SHARE=0.05` makes a twentieth. Never none. */
export const share = Number(process.env.CRASH_SHARE ?? 1);
export const amountOf = (whole: number): number => Math.max(1, Math.round(whole * share));

/** Repeats a run that failed: it is printed with the failure. */
export const seed = Number(process.env.CRASH_SEED ?? 1);
