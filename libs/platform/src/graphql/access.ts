import { SetMetadata } from '@nestjs/common';

/** Metadata key under which every resolver and controller method says who may call it. */
export const ACCESS = 'holdfast:access';

/** Anybody may call it, without logging in. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(ACCESS, 'public');
