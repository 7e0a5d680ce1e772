import BrokenImage from '@mui/icons-material/HideImageOutlined';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { blobOf } from '../format/base64.ts';
import { station } from '../wires/station.ts';

/** ID-1 of ISO/IEC 7810: 85.60 mm by 53.98 mm. */
const CARD_RATIO = '85.6 / 53.98';

/** Shows a picture in an image element; its address is given back when another takes its place. */
function useShownBlob(blob: Blob | undefined): RefObject<HTMLImageElement | null> {
  const image = useRef<HTMLImageElement>(null);
  useEffect(() => {
    if (blob === undefined || image.current === null) return undefined;
    const address = URL.createObjectURL(blob);
    image.current.src = address;
    return () => URL.revokeObjectURL(address);
  }, [blob]);
  return image;
}

interface CardPictureProps {
  readonly attempt: string;
  readonly side: 'front' | 'back';
  /** `later` while the station has no picture of this card yet. */
  readonly when?: 'now' | 'later';
}

/** One side of a card as it was sent to the printer. */
export function CardPicture({ attempt, side, when = 'now' }: CardPictureProps) {
  const { t } = useTranslation();
  const picture = useQuery({
    queryKey: ['picture', attempt, side],
    queryFn: async ({ signal }) =>
      blobOf((await station.production.picture({ attempt, side }, { signal })).pngBase64, 'image/png'),
    enabled: when === 'now',
    gcTime: 30_000,
  });
  const image = useShownBlob(picture.data);
  const shown = picture.data !== undefined;
  const label = t(side === 'front' ? 'card.front' : 'card.back');
  return (
    <Box
      component="figure"
      sx={{
        margin: 0,
        aspectRatio: CARD_RATIO,
        borderRadius: '4% / 6.4%',
        overflow: 'hidden',
        position: 'relative',
        backgroundColor: 'well',
        border: 1,
        borderColor: 'divider',
        display: 'grid',
        placeItems: 'center',
      }}
    >
      {shown && (
        <Box
          component="img"
          ref={image}
          alt={label}
          sx={{ position: 'absolute', inset: 0, width: '100%', height: '100%', objectFit: 'cover', display: 'block' }}
        />
      )}
      {!shown && picture.isError && (
        <Box sx={{ textAlign: 'center', color: 'text.secondary', padding: 1 }}>
          <BrokenImage aria-hidden />
          <Typography variant="caption" component="p">
            {t('card.noPicture')}
          </Typography>
        </Box>
      )}
      {!shown && !picture.isError && when === 'now' && (
        <Skeleton variant="rectangular" sx={{ position: 'absolute', inset: 0, height: '100%' }} />
      )}
      {when === 'later' && (
        <Typography variant="caption" color="textSecondary" sx={{ padding: 1, textAlign: 'center' }}>
          {t('card.notYet')}
        </Typography>
      )}
    </Box>
  );
}
