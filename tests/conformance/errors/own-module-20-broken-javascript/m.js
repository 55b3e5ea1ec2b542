export const a = `;
