import type { Components, Theme } from '@mui/material/styles';
import type {} from '@mui/x-data-grid/themeAugmentation';

/** How MUI's parts look in this house; `nonce` lets the data grid's own style elements pass the content security policy. */
export function componentStyles(nonce: string): Components<Theme> {
  return {
    MuiCssBaseline: {
      styleOverrides: (theme) => ({
        html: { height: '100%' },
        body: { height: '100%', WebkitFontSmoothing: 'antialiased' },
        '#root': { height: '100%' },
        '*:focus-visible': { outline: `2px solid ${theme.palette.ring}`, outlineOffset: 2, borderRadius: 4 },
        '@media (prefers-reduced-motion: reduce)': {
          '*, *::before, *::after': { animation: 'none !important', transitionDuration: '0.01ms !important' },
        },
      }),
    },
    MuiButtonBase: {
      defaultProps: { disableRipple: true },
      styleOverrides: {
        root: ({ theme }) => ({
          '&.Mui-focusVisible': { outline: `2px solid ${theme.palette.ring}`, outlineOffset: 2 },
        }),
      },
    },
    MuiButton: {
      defaultProps: { disableElevation: true, variant: 'outlined' },
      styleOverrides: {
        root: { borderRadius: 8, minHeight: 38, paddingInline: 16, whiteSpace: 'nowrap' },
        sizeSmall: { minHeight: 32, paddingInline: 12 },
        sizeLarge: { minHeight: 48, paddingInline: 24, fontSize: '1rem' },
        outlined: ({ theme }) => ({
          borderColor: theme.palette.divider,
          backgroundColor: theme.palette.background.paper,
        }),
      },
    },
    MuiPaper: {
      defaultProps: { elevation: 0 },
      styleOverrides: {
        root: { backgroundImage: 'none' },
        rounded: { borderRadius: 12 },
        outlined: ({ theme }) => ({ borderColor: theme.palette.divider }),
      },
    },
    MuiLink: { defaultProps: { underline: 'hover' } },
    MuiTooltip: { defaultProps: { arrow: true, describeChild: true } },
    MuiTextField: { defaultProps: { size: 'small', fullWidth: true } },
    MuiOutlinedInput: {
      styleOverrides: {
        root: ({ theme }) => ({ borderRadius: 8, backgroundColor: theme.palette.background.paper }),
        notchedOutline: ({ theme }) => ({ borderColor: theme.palette.mode === 'light' ? '#8a9793' : '#5d6e6a' }),
      },
    },
    MuiTab: { styleOverrides: { root: { minHeight: 44, paddingInline: 4, marginRight: 24, minWidth: 0 } } },
    MuiTabs: { styleOverrides: { root: { minHeight: 44 }, indicator: { height: 3, borderRadius: '3px 3px 0 0' } } },
    MuiTableCell: {
      styleOverrides: {
        root: ({ theme }) => ({ borderColor: theme.palette.divider, paddingBlock: 10 }),
        alignRight: { fontVariantNumeric: 'tabular-nums' },
        head: ({ theme }) => ({
          color: theme.palette.text.secondary,
          fontWeight: 600,
          fontSize: '0.8125rem',
          backgroundColor: theme.palette.well,
          paddingBlock: 8,
          whiteSpace: 'nowrap',
        }),
      },
    },
    MuiLinearProgress: { styleOverrides: { root: { height: 6, borderRadius: 3 }, bar: { borderRadius: 3 } } },
    MuiDialog: { styleOverrides: { paper: { borderRadius: 14 } } },
    MuiDrawer: { styleOverrides: { paper: { backgroundImage: 'none' } } },
    MuiSkeleton: { defaultProps: { animation: 'wave' } },
    MuiDataGrid: {
      defaultProps: { nonce, density: 'compact', disableColumnMenu: true, disableRowSelectionOnClick: true },
      styleOverrides: {
        root: ({ theme }) => ({
          border: 'none',
          fontVariantNumeric: 'tabular-nums',
          '--DataGrid-rowBorderColor': theme.palette.divider,
          '--DataGrid-containerBackground': theme.palette.well,
          '& .MuiDataGrid-columnHeaderTitle': {
            fontWeight: 600,
            fontSize: '0.8125rem',
            color: theme.palette.text.secondary,
          },
          '& .MuiDataGrid-cell:focus-visible, & .MuiDataGrid-columnHeader:focus-visible': {
            outline: `2px solid ${theme.palette.ring}`,
            outlineOffset: -2,
          },
        }),
        footerContainer: ({ theme }) => ({ borderColor: theme.palette.divider }),
      },
    },
  };
}
