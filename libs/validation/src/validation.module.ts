import { Module } from '@nestjs/common';
import { CatalogueModule } from '#catalogue';
import { TicketsModule } from '#tickets';
import { CheckInsService } from './check-ins.service.js';
import { ValidationResolver } from './validation.resolver.js';

@Module({ imports: [CatalogueModule, TicketsModule], providers: [CheckInsService, ValidationResolver] })
export class ValidationModule {}
