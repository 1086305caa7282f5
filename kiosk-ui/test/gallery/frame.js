// What the pretended camera sees: a dim hall, somebody, and a telephone with a
// code, as an SVG that an <img> takes like any picture.

/** Where the code is, in pixels of the frame; its outline is drawn there. */
export const FRAME = { width: 1280, height: 720 };
export const CORNERS = [[548, 238], [738, 226], [750, 416], [560, 428]];

const MODULES = 29;

/** Looks like a code; is none. */
function modules() {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const finder = (x, y) => [[0, 0], [MODULES - 7, 0], [0, MODULES - 7]].some(([a, b]) => x >= a - 1 && x <= a + 7 && y >= b - 1 && y <= b + 7);
  let path = "";
  for (let y = 0; y < MODULES; y += 1) {
    for (let x = 0; x < MODULES; x += 1) if (random() < 0.5 && !finder(x, y)) path += `M${x} ${y}h1v1h-1z`;
  }
  for (const [x, y] of [[0, 0], [MODULES - 7, 0], [0, MODULES - 7]]) {
    path += `M${x} ${y}h7v7h-7zM${x + 1} ${y + 1}v5h5v-5zM${x + 2} ${y + 2}h3v3h-3z`;
  }
  return path;
}

const light = (x, y, r, colour) => `<circle cx="${x}" cy="${y}" r="${r}" fill="${colour}" opacity=".55" filter="url(#far)"/>`;

export const frame = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${FRAME.width} ${FRAME.height}" width="${FRAME.width}" height="${FRAME.height}">
<defs>
<filter id="far"><feGaussianBlur stdDeviation="9"/></filter><filter id="near"><feGaussianBlur stdDeviation="3"/></filter>
<linearGradient id="hall" x2="0" y2="1"><stop stop-color="#2a2430"/><stop offset=".6" stop-color="#4a3a3c"/><stop offset="1" stop-color="#2b2226"/></linearGradient>
<linearGradient id="shirt" x2="1"><stop stop-color="#3f6a78"/><stop offset="1" stop-color="#25424d"/></linearGradient>
</defs>
<rect width="100%" height="100%" fill="url(#hall)"/>
${light(120, 90, 30, "#ffcf87")}${light(300, 60, 22, "#ff9d5c")}${light(980, 80, 34, "#ffd9a0")}${light(1160, 150, 26, "#ff8f6b")}${light(860, 40, 16, "#fff0cc")}${light(60, 260, 18, "#f7b267")}${light(1225, 330, 20, "#ffc98b")}
<g filter="url(#near)"><path d="M300 720c10-170 90-250 240-270h230c130 20 205 110 215 270z" fill="url(#shirt)"/><path d="M585 470v-70h130v70q-65 60-130 0z" fill="#a9765a"/><ellipse cx="650" cy="250" rx="118" ry="150" fill="#b98566"/><path d="M525 235c-10-150 60-190 130-190s135 45 122 190c-20-70-40-95-125-100-85 5-110 30-127 100z" fill="#1d1518"/></g>
<g transform="rotate(-3.6 650 330)"><rect x="520" y="130" width="260" height="440" rx="34" fill="#0c0d10"/><rect x="532" y="142" width="236" height="416" rx="24" fill="#f7f7f5"/><rect x="590" y="165" width="120" height="16" rx="8" fill="#4338ca"/>
<g transform="translate(555 232) scale(6.56)"><path fill="#0b0b0d" fill-rule="evenodd" d="${modules()}"/></g>
<rect x="600" y="448" width="100" height="20" rx="8" fill="#22242a"/><rect x="575" y="484" width="150" height="12" rx="6" fill="#b9bbc2"/></g>
<path d="M505 720c-30-120-40-190-2-260 10-22 34-12 32 12l-6 70 30-24c22-14 40 10 24 30l-30 50c40 10 56 60 50 122z" fill="#b07d60" filter="url(#near)"/>
<path d="M790 470c20-10 36 2 30 24-10 40-30 50-46 60z" fill="#a87559" filter="url(#near)"/>
</svg>`;
