import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type Observable, catchError, of, throwError } from 'rxjs';
import { Refusal } from './refusal.js';

/** Turns a thrown refusal into the answer of the resolver. */
@Injectable()
export class RefusalInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next
      .handle()
      .pipe(catchError((error: unknown) => (error instanceof Refusal ? of(error) : throwError(() => error))));
  }
}
