import encodeQR from 'qr';
import { type Html, html } from '../html.ts';

/** Light modules around the code that scanners need (ISO/IEC 18004 §5.3.8). */
const quietZone = 4;

/**
 * A QR code as one path of an inline SVG: no style attribute, so that the strict Content-Security-Policy holds, and dark
 * on white in dark mode too, because many scanners fail on the reverse.
 */
export function qrCode(text: string, label: string): Html {
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: quietZone });
  const path = modules.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  const size = modules.length;
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="${label}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path fill="#000" d="${path}"/></svg>`;
}
