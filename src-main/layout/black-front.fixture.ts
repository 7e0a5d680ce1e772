/** One side in black alone: drawn, packed and printed in a tenth of the time of a coloured one; SPECIMEN lies across its texts in the same panel. */
export const blackFront = `<svg xmlns="http://www.w3.org/2000/svg" width="1016" height="648" viewBox="0 0 1016 648" font-family="Noto Sans">
  <title>Black front</title>
  <g data-panel="black" fill="#000000">
    <text data-field="pan" data-format="groups-of-four" data-fit="none" data-max-width="840" x="98" y="462" font-size="70">0000</text>
    <text data-field="printName" data-fit="shrink" data-min-size="20" data-max-width="650" x="98" y="592" font-size="42">NAME</text>
  </g>
  <rect data-area="chip" x="98" y="212" width="164" height="150" rx="18" fill="none"/>
</svg>
`;
