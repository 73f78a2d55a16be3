# Ratios over the points of a sweep, a panel per limit, or size, and workload.
load 'limits.set'
if (!exists("form")) form = 'svg'
columns = form eq 'narrow' || panels == 1 ? 1 : panels == 2 ? 2 : 3
panel_px = 190
plot_px = panel_px * ceil(real(panels) / columns)
label_px = 60
head_px = 6
load 'style.gp'
load 'panels.gp'

set logscale xy
set xtics () nomirror scale 0.3 font ',9' tc rgb quiet
set ytics () nomirror scale 0.3 font ',9' tc rgb quiet
# Lines stand beside each other, or their intervals would hide one another.
at(k) = column('at') * 1.02**(k - (envs + 1) / 2.0)
of(i, k) = column('panel') == i && column('line') == k ? at(k) : NaN
in_panel(i) = column('panel') == i
why(i) = when(in_panel(i), strcol('note') eq '-' ? '' : strcol('note'))

do for [i=1:panels] {
	@panel_margins
	set title panel_name[i] offset 0,-0.7 font ',10' tc rgb ink
	set xrange [panel_from[i] / 1.2:panel_to[i] * 1.2]
	set xtics ()
	do for [t=1:words(panel_ticks[i])] {
		set xtics add (word(panel_labels[i], t) word(panel_ticks[i], t) + 0)
	}
	lo = panel_lo[i] / 1.1
	hi = panel_hi[i] * 1.1
	load 'ratio_ticks.gp'
	plot 1 with lines lc rgb faint lw 1, \
		for [k=1:envs] data using (of(i, k)):'ratio' with lines lc rgb colour[env_slot[k]] lw 1.2, \
		for [k=1:envs] data using (of(i, k)):'ratio':'lo':'hi' with yerrorbars lc rgb colour[env_slot[k]] pt -1 lw 1, \
		for [k=1:envs] data using (of(i, k)):'ratio' with points lc rgb colour[env_slot[k]] pt shape[env_slot[k]] ps 0.5, \
		data using (in_panel(i) ? column('at') : panel_from[i]):(lo):(why(i)) with labels rotate by 90 left offset 0,0.4 font ',9' tc rgb quiet
}
unset multiplot
