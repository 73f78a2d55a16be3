/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The style sheet of the HTML page. Environments' colours are added from view_colour(). Rules on
 * [fill=…] and [stroke=…] recolour what gnuplot drew in ink and paper, for the dark scheme.
 */
#ifndef REPORT_DOC_STYLE_H
#define REPORT_DOC_STYLE_H

extern const char doc_style[];

#endif
