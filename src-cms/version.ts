/** Version of this program, as `GET /v1/health` tells it. */
export const cmsVersion = '0.1.0';
