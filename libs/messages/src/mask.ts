/** Enough to recognise one's own address, too little to learn somebody's: "a•••@example.com". */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 1) return '•••';
  return `${[...address][0] ?? ''}•••${address.slice(at)}`;
}

/** The last two digits: "••• 42". */
export function maskPhone(number: string): string {
  return `••• ${number.replace(/\D/g, '').slice(-2)}`;
}
