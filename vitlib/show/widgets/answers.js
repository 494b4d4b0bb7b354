// What a model answers, in words.

export const percent = (share) => `${Math.round(100 * share)}%`;

export function answerWords({ digit, share }) {
  return `${digit} (${percent(share)})`;
}
