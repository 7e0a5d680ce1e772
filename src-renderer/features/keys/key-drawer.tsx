import Close from '@mui/icons-material/CloseOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Drawer from '@mui/material/Drawer';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegistryKeyView } from '#shared/contract/views/key-views.ts';
import type { KeyChange } from '#shared/domain/key-state.ts';
import { Facts } from '../../components/facts.tsx';
import type { Fact } from '../../components/facts.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { formatDateTime } from '../../format/dates.ts';
import { formatCheckValue } from '../../format/numbers.ts';
import { goTo } from '../../router/use-route.ts';
import { useWord } from '../../wording/use-word.ts';
import { CertificatePart } from './certificate-part.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { KeyEnd, KeyStateMark } from './key-marks.tsx';

/** Changes after which nothing can be made with the key any more. */
const grave: readonly KeyChange[] = ['compromise', 'destroy'];

function useAbout(key: RegistryKeyView): readonly Fact[] {
  const { t } = useTranslation();
  const word = useWord();
  return [
    { label: t('keyDetail.usage'), value: `${key.usageTitle} (${key.usage})` },
    {
      label: t('keyDetail.algorithm'),
      value: key.size === null ? key.algorithm : t('keyDetail.bits', { algorithm: key.algorithm, bits: key.size }),
    },
    { label: t('keyDetail.issuer'), value: key.issuer ?? t('registry.noIssuer') },
    { label: t('keyDetail.environment'), value: t(`environment.${key.environment}`) },
    { label: t('keyDetail.kcv'), value: <Identifier>{formatCheckValue(key.kcv)}</Identifier> },
    { label: t('keyDetail.kcvMethod'), value: word('keyCheck', key.kcvMethod) },
    {
      label: t('keyDetail.products'),
      value: key.products.length === 0 ? t('registry.noProduct') : key.products.join(', '),
    },
  ];
}

function useLife(key: RegistryKeyView): readonly Fact[] {
  const { t } = useTranslation();
  const word = useWord();
  return [
    { label: t('keyDetail.way'), value: word('keyWay', key.wayIn) },
    ...(key.madeAt === null ? [] : [{ label: t('keyDetail.made'), value: formatDateTime(key.madeAt) }]),
    { label: t('keyDetail.askedBy'), value: key.askedBy ?? t('keyDetail.itself') },
    ...(key.approvedBy.length === 0 ? [] : [{ label: t('keyDetail.signedBy'), value: key.approvedBy.join(', ') }]),
    { label: t('keyDetail.until'), value: <KeyEnd registryKey={key} /> },
  ];
}

interface KeyBodyProps {
  readonly registryKey: RegistryKeyView;
  /** Whether this person asks for key acts at all. */
  readonly asks: 'yes' | 'no';
  /** Opens the form of the next version; null where this person or this usage cannot have one generated. */
  readonly onNewVersion: (() => void) | null;
}

function Changes({ registryKey, onNewVersion }: Omit<KeyBodyProps, 'asks'>) {
  const { t } = useTranslation();
  const [change, setChange] = useState<KeyChange | null>(null);
  const none = registryKey.mayAsk.length === 0 && onNewVersion === null;
  return (
    <Box component="section" aria-labelledby="key-changes" sx={{ display: 'grid', gap: 1 }}>
      <Typography variant="h3" id="key-changes">
        {t('keyDetail.ask')}
      </Typography>
      <Typography variant="body2" color="textSecondary">
        {t(none ? 'keyDetail.nothing' : 'keyDetail.askNote')}
      </Typography>
      {!none && (
        <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', marginTop: 0.5 }}>
          {onNewVersion !== null && <Button onClick={onNewVersion}>{t('keyDetail.newVersion')}</Button>}
          {registryKey.mayAsk.map((one) => (
            <Button key={one} color={grave.includes(one) ? 'error' : 'primary'} onClick={() => setChange(one)}>
              {t(`keyChange.${one}`)}
            </Button>
          ))}
        </Box>
      )}
      {change !== null && <ChangeDialog keyName={registryKey.name} change={change} onClose={() => setChange(null)} />}
    </Box>
  );
}

function KeyBody({ registryKey, asks, onNewVersion }: KeyBodyProps) {
  const { t } = useTranslation();
  const about = useAbout(registryKey);
  const life = useLife(registryKey);
  return (
    <>
      <Box sx={{ display: 'grid', gap: 1.5 }}>
        <Typography variant="h3">{t('keyDetail.about')}</Typography>
        <Facts form="lines" facts={about} />
      </Box>
      <Box sx={{ display: 'grid', gap: 1.5 }}>
        <Typography variant="h3">{t('keyDetail.life')}</Typography>
        <Facts form="lines" facts={life} />
      </Box>
      {registryKey.usage === 'issuer-rsa' && <CertificatePart registryKey={registryKey} asks={asks} />}
      <Changes registryKey={registryKey} onNewVersion={onNewVersion} />
    </>
  );
}

interface KeyDrawerProps {
  readonly name: string;
  /** Undefined where no such key is known to this person. */
  readonly registryKey: RegistryKeyView | undefined;
  readonly asks: 'yes' | 'no';
  readonly onNewVersion: (() => void) | null;
}

/** One key: what it is, its life with the people who asked and signed, and the changes that this person may ask for. */
export function KeyDrawer({ name, registryKey, asks, onNewVersion }: KeyDrawerProps) {
  const { t } = useTranslation();
  const close = () => goTo({ kind: 'keys', tab: 'list', key: null });
  return (
    <Drawer
      anchor="right"
      open
      onClose={close}
      slotProps={{
        paper: {
          role: 'dialog',
          'aria-modal': true,
          'aria-label': t('registry.open', { key: name }),
          sx: { width: 'min(560px, 92vw)' },
        },
      }}
    >
      <Box sx={{ padding: 3, display: 'grid', gap: 3 }}>
        <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 2 }}>
          <Box sx={{ flex: 1, display: 'grid', gap: 0.75, justifyItems: 'start' }}>
            <Typography variant="overline" color="secondary">
              {registryKey === undefined
                ? t('keyDetail.title')
                : t('keyDetail.version', { version: registryKey.version })}
            </Typography>
            <Typography variant="h2" sx={{ overflowWrap: 'anywhere' }}>
              {name}
            </Typography>
            {registryKey !== undefined && <KeyStateMark state={registryKey.state} />}
          </Box>
          <IconButton onClick={close} aria-label={t('common.close')} autoFocus>
            <Close />
          </IconButton>
        </Box>
        {registryKey === undefined ? (
          <Box>
            <Typography sx={{ fontWeight: 600 }}>{t('keyDetail.gone')}</Typography>
            <Typography color="textSecondary">{t('keyDetail.goneDetail')}</Typography>
          </Box>
        ) : (
          <KeyBody registryKey={registryKey} asks={asks} onNewVersion={onNewVersion} />
        )}
      </Box>
    </Drawer>
  );
}
