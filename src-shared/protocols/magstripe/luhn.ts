/** Sum of the Luhn formula, doubling every second digit from the right, starting with `firstWeight` at the last digit. */
function luhnSum(digits: string, firstWeight: 1 | 2): number {
  let sum = 0;
  for (let at = digits.length - 1, weight: number = firstWeight; at >= 0; at--, weight = 3 - weight) {
    const product = Number(digits.charAt(at)) * weight;
    sum += product > 9 ? product - 9 : product;
  }
  return sum;
}

/** The check digit to append to digits. ISO/IEC 7812-1:2017 Annex B. */
export function luhnCheckDigit(digits: string): string {
  return String((10 - (luhnSum(digits, 2) % 10)) % 10);
}

/** Says whether digits, the last being the check digit, satisfy the Luhn formula; false on anything but digits. ISO/IEC 7812-1:2017 Annex B. */
export function passesLuhn(digits: string): boolean {
  return /^\d{2,}$/.test(digits) && luhnSum(digits, 1) % 10 === 0;
}
