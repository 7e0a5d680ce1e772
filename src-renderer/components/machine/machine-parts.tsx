import { useTheme } from '@mui/material/styles';
import { wayHeight } from './machine-places.ts';
import type { MachinePlace } from './machine-places.ts';

export interface Ink {
  /** Lines of the part. */
  readonly line: string;
  /** Its surface. */
  readonly fill: string;
  readonly width: number;
}

/** Quiet ink for the parts, and the mark's ink for the one that is marked. */
export function useInks(marked: MachinePlace): (part: MachinePlace) => Ink {
  const { palette } = useTheme();
  const dark = palette.mode === 'dark';
  const quiet: Ink = { line: dark ? '#6f827d' : '#7d8c88', fill: palette.background.paper, width: 1.75 };
  const loud: Ink = { line: palette.warning.main, fill: palette.warning.light, width: 2.75 };
  return (part) => (part === marked ? loud : quiet);
}

interface PartProps {
  readonly ink: Ink;
}

export function Feeder({ ink }: PartProps) {
  return (
    <g stroke={ink.line} strokeWidth={ink.width} fill={ink.fill}>
      <path d="M76 88 h84 v74 h-84 z" />
      {[0, 1, 2, 3, 4].map((card) => (
        <rect key={card} x={84} y={108 + card * 10} width={68} height={6} rx={2} />
      ))}
      <circle cx={98} cy={wayHeight + 14} r={8} />
      <circle cx={140} cy={wayHeight + 14} r={8} />
    </g>
  );
}

export function ContactStation({ ink }: PartProps) {
  return (
    <g stroke={ink.line} strokeWidth={ink.width} fill={ink.fill}>
      <path d="M196 206 h52 v-10 h-52 z" />
      {[206, 217, 228, 239].map((x) => (
        <path key={x} d={`M${x} 196 v-8 l3 -4`} fill="none" />
      ))}
    </g>
  );
}

export function Reader({ ink }: PartProps) {
  return (
    <g stroke={ink.line} strokeWidth={ink.width} fill={ink.fill}>
      <path d="M222 206 v16" fill="none" />
      <rect x={190} y={222} width={64} height={36} rx={6} />
      <rect x={200} y={231} width={20} height={16} rx={3} />
      <path d="M210 231 v16 M200 239 h20" fill="none" />
      <path d="M230 234 h14 M230 241 h14" fill="none" />
    </g>
  );
}

export function StripeHead({ ink }: PartProps) {
  return (
    <g stroke={ink.line} strokeWidth={ink.width} fill={ink.fill}>
      <path d="M298 214 h36 l-9 -28 h-18 z" />
      <path d="M310 190 h12 M308 197 h16" fill="none" />
    </g>
  );
}

export function PrintHead({ ink }: PartProps) {
  return (
    <g stroke={ink.line} strokeWidth={ink.width} fill={ink.fill}>
      <path d="M398 118 h36 v30 l-11 20 h-14 l-11 -20 z" />
      <circle cx={416} cy={wayHeight + 18} r={12} />
    </g>
  );
}

export function Ribbon({ ink }: PartProps) {
  return (
    <g stroke={ink.line} strokeWidth={ink.width} fill={ink.fill}>
      <path d="M358 116 L408 169 H424 L472 116" fill="none" strokeWidth={ink.width + 0.75} />
      {[364, 468].map((x) => (
        <g key={x}>
          <circle cx={x} cy={104} r={x === 364 ? 22 : 17} />
          <circle cx={x} cy={104} r={7} />
        </g>
      ))}
    </g>
  );
}

export function Flip({ ink }: PartProps) {
  return (
    <g stroke={ink.line} strokeWidth={ink.width} fill="none">
      <circle cx={520} cy={wayHeight} r={34} fill={ink.fill} />
      <path d="M494 162 A28 28 0 0 1 542 158 M546 190 A28 28 0 0 1 498 194" />
      <path d="M534 154 l9 5 l1 -10 M506 198 l-9 -5 l-1 10" />
      <path d={`M496 ${wayHeight} h48`} strokeDasharray="5 4" />
    </g>
  );
}

export function Eject({ ink }: PartProps) {
  return (
    <g stroke={ink.line} strokeWidth={ink.width} fill={ink.fill}>
      <circle cx={596} cy={wayHeight - 12} r={9} />
      <circle cx={596} cy={wayHeight + 12} r={9} />
    </g>
  );
}

export function Hopper({ ink }: PartProps) {
  return (
    <g stroke={ink.line} strokeWidth={ink.width} fill={ink.fill}>
      <path d="M632 190 v56 h80 v-56" fill="none" />
      {[0, 1, 2].map((card) => (
        <rect key={card} x={640} y={234 - card * 10} width={64} height={6} rx={2} />
      ))}
    </g>
  );
}

export function RejectBox({ ink }: PartProps) {
  return (
    <g stroke={ink.line} strokeWidth={ink.width} fill={ink.fill}>
      <path d="M520 214 v38 m-6 -8 l6 8 l6 -8" fill="none" />
      <path d="M462 264 v52 h116 v-52" />
      <rect x={474} y={303} width={64} height={6} rx={2} />
      <rect x={486} y={293} width={64} height={6} rx={2} />
    </g>
  );
}

export function Link({ ink }: PartProps) {
  return (
    <g stroke={ink.line} strokeWidth={ink.width} fill={ink.fill}>
      <path d="M64 250 H40" fill="none" />
      <path d="M40 238 h-16 a8 8 0 0 0 -8 8 v8 a8 8 0 0 0 8 8 h16 z" />
      <path d="M16 245 h-10 M16 255 h-10" fill="none" />
    </g>
  );
}

/** The lid: shut, or lifted where it is what the drawing speaks of. */
export function Cover({ ink, lifted }: PartProps & { readonly lifted: 'yes' | 'no' }) {
  return (
    <g stroke={ink.line} strokeWidth={ink.width} fill={ink.fill}>
      <g {...(lifted === 'yes' ? { transform: 'rotate(5 612 66)' } : {})}>
        <path d="M64 66 v-6 a16 16 0 0 1 16 -16 h516 a16 16 0 0 1 16 16 v6 z" />
        <path d="M96 55 h46" fill="none" />
      </g>
      <circle cx={612} cy={66} r={5} />
    </g>
  );
}
