/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a report says, in the order in which a tired reader wants it. Each section writes itself
 * into a document of any format, and writes nothing when the run has nothing to say about it.
 */
#ifndef REPORT_SECTIONS_H
#define REPORT_SECTIONS_H

#include "report/answer.h"
#include "report/doc.h"
#include "report/report.h"
#include "report/view.h"

struct story {
	const struct summary *summary;
	const struct view *view;
	const struct answer *answers;	   /* a row each */
	const struct workloads *workloads; /* may be NULL */
	const struct aa_record *record;	   /* may be NULL */
};

void section_banner(struct doc *d, const struct story *st);
void section_answer(struct doc *d, const struct story *st);
void section_fastest(struct doc *d, const struct story *st);
void section_geomeans(struct doc *d, const struct story *st);
void section_record(struct doc *d, const struct story *st);
void section_noise(struct doc *d, const struct story *st);
void section_overhead(struct doc *d, const struct story *st);
void section_figures(struct doc *d, const struct story *st);
void section_probes(struct doc *d, const struct story *st);
void section_refusals(struct doc *d, const struct story *st);
void section_failures(struct doc *d, const struct story *st);
void section_limits(struct doc *d, const struct story *st);
void section_factors(struct doc *d, const struct story *st);
void section_boots(struct doc *d, const struct story *st);
void section_counterparts(struct doc *d, const struct story *st);
void section_originals(struct doc *d, const struct story *st);
void section_trimming(struct doc *d, const struct story *st);
void section_cells(struct doc *d, const struct story *st);
void section_host(struct doc *d, const struct story *st);
void section_method(struct doc *d, const struct story *st);

/* What a host's numbers lack or may be off by, a warning each: VMs on another machine, guests'
 * clocks, blocks left out, theft, the sentinel. Part of the banner; of joined runs, of each host.
 */
void section_cautions(struct doc *d, const struct story *st);

/* A cell's ratio, natively its time, or its status with the number of the reason (0: none). */
void sections_cell(struct table *t, const struct cell_summary *c, size_t note);
void sections_geomean(struct table *t, const struct geomean *g);
/* Heads a table's column per environment. */
void sections_env_heads(struct table *t, const struct view *v);

/* The table of what was measured twice, with a column for the labels of several. None may be empty
 * of duplicates alone. */
struct labelled_summary {
	const char *label; /* NULL: there is one */
	const struct summary *summary;
};
void sections_duplicates(struct doc *d, const struct labelled_summary *of, size_t n);

/* The answer in words, also for the terminal: whole sentences. */
void sentence_fastest(const struct story *st, struct str *out);
/* The two fastest foreign environments by geometric mean, for each variant; may stay empty. */
void sentence_geomeans(const struct story *st, struct str *out);
void sentence_payback(const struct story *st, struct str *out);
/* That the VMs that were measured are emulated ones because KVM was refused; empty: not so. */
void sentence_emulated(const struct story *st, struct str *out);
/* Where the reason of this number (view_reason_number) holds: whole environments by their names,
 * else the first few cells. A list, no sentence. */
void sentence_places(const struct view *v, size_t number, struct str *out);
/* That ratios have no interval because there was one block, or one that may be too narrow because
 * there were few, or few cells on a host without earlier runs; empty where nothing of it is so, or
 * there is no ratio. */
void sentence_few_blocks(const struct story *st, struct str *out);
/* The noise floor of each environment that was measured twice, the largest of joined runs. */
void sentence_noise_floor(const struct summary *s, struct str *out);
/* What the duplicates of this host's stored runs say together; empty: none was counted. */
void sentence_record(const struct aa_record *record, struct str *out);
/* Stored runs that could not be read, the first few by name; empty: none. */
void sentence_unreadable(const struct aa_record *record, struct str *out);
/* That there are further points of a sweep, for who sees the first only; empty: none. */
void sentence_points(const struct story *st, struct str *out);
/* That programs chose other code natively than where the same file ran elsewhere, and which
 * variants are without that (with `workloads`); empty: none did. */
void sentence_paths(const struct story *st, struct str *out);
/* Which VMs ran on another machine, and what that means for their times; empty: none. */
void sentence_other_machine(const struct story *st, struct str *out);
/* VMs on this machine whose QEMU is not the one that it has in PATH; empty: none. */
void sentence_other_qemu(const struct story *st, struct str *out);
/* The cells whose guest's clock is off, by how much, and what follows; empty: none. */
void sentence_clocks(const struct story *st, struct str *out);
/* The blocks that are left out, each with its reason; empty: none. */
void sentence_spoiled(const struct story *st, struct str *out);
/* That the sentinel tells of what ran before it, and what that does to ratios; empty: it is fair.
 */
void sentence_sentinel(const struct story *st, struct str *out);
/* That theft is usual on this host, and what follows; empty: it is not. */
void sentence_usual_theft(const struct story *st, struct str *out);
/* Both of a joined run, which it names; empty: neither. */
void sentence_source_noise(const struct merged_source *s, struct str *out);
/* What the host's counters showed. */
void sentence_conditions(const struct story *st, struct str *out);
/* What is to be known before the numbers are believed, NULL-terminated: clocks that are off, blocks
 * that are left out, theft that is usual, an unfair sentinel, and what ran the VMs. */
extern void (*const sentence_warnings[])(const struct story *st, struct str *out);
/* Of a run whose pilot decided how many blocks it has: whether its precision was reached, and what
 * that would take; empty for other runs. */
void sentence_precision(const struct story *st, struct str *out);
/* Of a run whose number of blocks was fixed, where nobody asks for a precision: how many of its
 * ratios have the default one, and what that would take; empty for other runs. */
void sentence_precision_of_fixed(const struct story *st, struct str *out);
bool precision_was_missed(const struct summary *s);
/* How fast the counterparts of workloads are natively, and whether that is what was promised; empty
 * where fewer than two stand beside each other. */
void sentence_counterparts(const struct story *st, struct str *out);
/* Where an environment's noise comes from, and what would halve its typical interval: a sentence.
 */
void sentence_variance(const struct variance *v, struct str *out);
/* What those sentences mean, small print; empty where there are none. */
void sentence_variances(const struct summary *s, struct str *out);
/* How the noise lasted from block to block, and what the sentinel took off it; nothing where
 * neither is known. */
void sentence_correlation(const struct summary *s, struct str *out);
/* What comes before the steady iterations: start and first iteration together, and the boot, by
 * environment, medians over its cells; empty without any. */
void sentence_cold(const struct story *st, struct str *out);
/* Translated against virtualized for the host's own architecture; empty when not both ran. */
void sentence_same_arch(const struct story *st, struct str *out);

#endif
