import { keyframes } from '@emotion/react';
import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import { useTranslation } from 'react-i18next';
import { spots, wayHeight } from './machine-places.ts';
import type { DrawnCard, MachinePlace } from './machine-places.ts';
import * as parts from './machine-parts.tsx';

interface MachineDrawingProps {
  readonly place: MachinePlace;
  readonly card: DrawnCard;
}

/** Names that always stand beside their part; the others appear when they are marked. */
const named = ['feeder', 'hopper', 'reject-box'] as const;
const breathe = keyframes({ '0%, 100%': { strokeOpacity: 0.95 }, '50%': { strokeOpacity: 0.35 } });

/** A ring around the marked part; it breathes unless the person asked for less motion. */
function Ring({ place }: { readonly place: Exclude<MachinePlace, 'none'> }) {
  const { palette } = useTheme();
  const spot = spots[place];
  return (
    <Box
      component="circle"
      cx={spot.x}
      cy={spot.y}
      r={spot.radius}
      sx={{
        fill: 'none',
        stroke: palette.warning.main,
        strokeWidth: 3,
        strokeDasharray: '7 6',
        animation: `${breathe} 2.4s ease-in-out infinite`,
      }}
    />
  );
}

function Name({ place, marked }: { readonly place: Exclude<MachinePlace, 'none'>; readonly marked: 'yes' | 'no' }) {
  const { t } = useTranslation();
  const { palette } = useTheme();
  const { name } = spots[place];
  return (
    <text
      x={name.x}
      y={name.y}
      textAnchor={name.anchor}
      fontSize={marked === 'yes' ? 22 : 18}
      fontWeight={marked === 'yes' ? 700 : 500}
      fill={marked === 'yes' ? palette.warning.main : palette.text.secondary}
      stroke={palette.background.paper}
      strokeWidth={marked === 'yes' ? 6 : 0}
      paintOrder="stroke"
      strokeLinejoin="round"
    >
      {t(`machine.part.${place}`)}
    </text>
  );
}

/** The card, where it is known to be; dashed with a question mark where it is not. */
function Card({ place, card }: { readonly place: Exclude<MachinePlace, 'none'>; readonly card: DrawnCard }) {
  const { palette } = useTheme();
  const at = spots[place].card;
  if (at === null || card === 'no-card' || card === 'out') return null;
  const sure = card === 'in-machine';
  return (
    <g>
      <rect
        x={at.x - 37}
        y={at.y - 5}
        width={74}
        height={10}
        rx={3}
        fill={sure ? palette.primary.main : palette.background.paper}
        stroke={palette.primary.main}
        strokeWidth={2}
        {...(sure ? {} : { strokeDasharray: '5 4' })}
      />
      {!sure && (
        <text x={at.x} y={at.y + 6} textAnchor="middle" fontSize={17} fontWeight={700} fill={palette.primary.main}>
          ?
        </text>
      )}
    </g>
  );
}

/** A card machine cut open, with one place marked: own drawing, the same for every model, because the order of the parts is. */
export function MachineDrawing({ place, card }: MachineDrawingProps) {
  const { t } = useTranslation();
  const { palette } = useTheme();
  const ink = parts.useInks(place);
  const label = t('machine.label', { place: t(`machine.place.${place}`), card: t(`machine.card.${card}`) });
  return (
    <Box
      component="svg"
      viewBox="0 -8 728 334"
      role="img"
      aria-label={label}
      sx={{ display: 'block', width: '100%', height: 'auto', fontFamily: 'inherit' }}
    >
      <rect
        x={64}
        y={66}
        width={548}
        height={202}
        rx={14}
        fill={palette.well}
        stroke={ink('none').line}
        strokeWidth={2}
      />
      <parts.Cover ink={ink('cover')} lifted={place === 'cover' ? 'yes' : 'no'} />
      <path
        d={`M84 ${wayHeight} H618 q14 0 16 14`}
        fill="none"
        stroke={palette.divider}
        strokeWidth={12}
        strokeLinecap="round"
      />
      <parts.Link ink={ink('link')} />
      <parts.Feeder ink={ink('feeder')} />
      <parts.Reader ink={ink('reader')} />
      <parts.ContactStation ink={ink('contact-station')} />
      <parts.StripeHead ink={ink('stripe-head')} />
      <parts.PrintHead ink={ink('print-head')} />
      <parts.Ribbon ink={ink('ribbon')} />
      <parts.Flip ink={ink('flip')} />
      <parts.Eject ink={ink('eject')} />
      <parts.Hopper ink={ink('hopper')} />
      <parts.RejectBox ink={ink('reject-box')} />
      {named
        .filter((one) => one !== place)
        .map((one) => (
          <Name key={one} place={one} marked="no" />
        ))}
      {place !== 'none' && (
        <>
          <Card place={place} card={card} />
          {spots[place].radius > 0 && <Ring place={place} />}
          <Name place={place} marked="yes" />
        </>
      )}
    </Box>
  );
}
