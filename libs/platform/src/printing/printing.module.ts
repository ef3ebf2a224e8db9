import { Module } from '@nestjs/common';
import { Browser } from './browser.js';

/** One browser for all that a worker prints. */
@Module({ providers: [Browser], exports: [Browser] })
export class PrintingModule {}
