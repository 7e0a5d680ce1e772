import Box from '@mui/material/Box';
import { useMemo } from 'react';

/** One closed curve of a rosette as banknotes have them: a circle whose radius swings. */
function rosette(radius: number, swing: number, petals: number, phase: number): string {
  const points: string[] = [];
  for (let step = 0; step <= 720; step += 1) {
    const angle = (step / 720) * 2 * Math.PI;
    const reach = radius + swing * Math.sin(petals * angle + phase);
    points.push(`${(reach * Math.cos(angle)).toFixed(2)} ${(reach * Math.sin(angle)).toFixed(2)}`);
  }
  return `M${points.join('L')}Z`;
}

interface GuillocheProps {
  readonly size: number;
  readonly colour: string;
  readonly strength: number;
}

/** A guilloche rosette, drawn from its formula; ornament only. */
export function Guilloche({ size, colour, strength }: GuillocheProps) {
  const curves = useMemo(() => {
    const all: string[] = [];
    for (let turn = 0; turn < 12; turn += 1) {
      const phase = (turn / 12) * 2 * Math.PI;
      all.push(rosette(150, 42, 12, phase), rosette(88, 30, 8, -phase), rosette(34, 16, 6, phase));
    }
    return all;
  }, []);
  return (
    <Box component="svg" aria-hidden viewBox="-200 -200 400 400" sx={{ width: size, height: size, display: 'block' }}>
      {curves.map((curve) => (
        <path key={curve} d={curve} fill="none" stroke={colour} strokeWidth={0.55} opacity={strength} />
      ))}
    </Box>
  );
}
