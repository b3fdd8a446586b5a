/**
 * The stores that come with the engine. {@link dev.allocator.core.store.FileStore} keeps records in files of one
 * folder, which several processes share:
 *
 * <pre>
 * realm.json                 the store's id, and where it was made
 * lock                       locked by whoever writes
 * journal                    what was committed; the commit point of every change
 * applied                    up to where the journal has reached the records' files
 * records/KIND/NAME.json     each record, for people and for quick reading
 * blobs/NAME                 secrets
 * ended/DATE.jsonl           history
 * </pre>
 *
 * <p>A change is durable once it is in the journal; the records' files follow and are never synced, as the journal
 * can replace each of them after a loss of power. When it has become long, a checkpoint writes it anew without what is
 * outdated. Readers take no lock: they read the files, then the journal from where {@code applied} stood before, and
 * lay the one over the other. So it makes no difference to them whether a writer is in the middle of its work or died
 * there.
 */
@NullMarked
package dev.allocator.core.store;

import org.jspecify.annotations.NullMarked;
