# A plot whose rows are workloads and whose lanes within a row are environments. y is in pixels from
# the top. Before this, style.gp; x_title, and of the settings:
# xmin, xmax, axis (ratio, fine, time or share).
# Rows and their labels are in NAME.rows.tsv, one line per lane in NAME.tsv.

set yrange [plot_px:0]
set xrange [xmin:xmax]
set x2range [xmin:xmax]
set logscale x
set logscale x2
unset ytics
set xtics nomirror out scale 0.4 tc rgb ink font ',10'
set x2tics out scale 0.4 tc rgb ink font ',10'
set grid xtics lt 1 lc rgb faint lw 0.5
set bars 0.5
# xlabel would be dropped where gnuplot believes that it does not fit.
set label 1000 x_title at graph 0.5, screen (bottom_px - 34.0)/height center font ',10' tc rgb ink

rows = figure.'.rows.tsv'
data = figure.'.tsv'
note_chars = narrow ? 38 : 100

# Where a share of the axis lies.
along(share) = xmin * (xmax / xmin)**share
# A value of environment k; the position of a lane that has a note instead of a value.
of(k, value) = column('slot') == env_slot[k] ? value : NaN
noted(value) = strcol('note') eq '-' ? NaN : value
# The position of a row, of a row's separator, of an environment that has no lanes.
row(value) = strcol('kind') eq 'row' ? value : NaN
blocked(value) = strcol('kind') eq 'blocked' ? value : NaN

# Ticks at powers of two, of ten, or at units of time, as many as fit.
base = axis eq 'ratio' ? 2.0 : 10.0
span = log(xmax / xmin) / log(base)
step = ceil(span / (narrow ? 6.0 : 14.0))
first = int(step * ceil(log(xmin) / log(base) / step - 1e-9))
last = int(floor(log(xmax) / log(base) + 1e-9))
clock(k) = k < 3 ? sprintf('%d ns', int(10**k)) : k < 6 ? sprintf('%d µs', int(10**(k - 3))) : k < 9 ? sprintf('%d ms', int(10**(k - 6))) : sprintf('%d s', int(10**(k - 9)))
percent(k) = sprintf('%g %%%%', 100.0 * 10.0**k)
tick(k) = axis eq 'ratio' ? power(k) : axis eq 'time' ? clock(k) : percent(k)
set xtics ()
set x2tics ()
do for [k=first:last:step] {
	set xtics add (tick(k) base**k)
	set x2tics add (tick(k) base**k)
}
# Close to 1×, powers are too far apart.
if (axis eq 'fine') {
	far = xmax / xmin > (narrow ? 2 : 4)
	fine_ticks = far ? '0.3 0.5 1 2 3 5 8' : '0.5 0.6 0.7 0.8 0.9 1 1.1 1.2 1.3 1.5 1.75 2 2.5 3'
	set xtics ('1×' 1)
	set x2tics ('1×' 1)
	do for [t in fine_ticks] {
		set xtics add (t.'×' real(t))
		set x2tics add (t.'×' real(t))
	}
}

# What every such plot begins with (rows, labels, hatched reasons) and ends with (the key), used as
# plot @frame, …, @key.
frame = "rows using (row(xmin)):'bottom':(xmax - xmin):(0) with vectors nohead lc rgb faint lw 1, \
	rows using (row(xmin)):(column('y') - 6):(strcol('workload')) with labels right offset char -0.7,0 tc rgb ink font ',10', \
	rows using (row(xmin)):(column('y') + 6):(strcol('variant')) with labels right offset char -0.7,0 tc rgb quiet font ',9', \
	rows using (along(.02)):(blocked(column('y'))):(along(0)):(along(.04)):(column('y') - 5):(column('y') + 5) with boxxyerror lc rgb quiet fs pattern 4 noborder, \
	rows using (along(.05)):'y':(when(strcol('kind') eq 'blocked', short(strcol('workload').': '.strcol('variant'), note_chars + 6))) with labels left tc rgb quiet font ',9', \
	data using (along(.02)):(noted(column('y'))):(along(0)):(along(.04)):(column('y') - 4):(column('y') + 4) with boxxyerror lc rgb quiet fs pattern 4 noborder, \
	data using (along(.05)):'y':(when(strcol('note') ne '-', short(strcol('note'), note_chars))) with labels left tc rgb quiet font ',8'"
key = "for [k=1:envs] NaN with points lc rgb colour[env_slot[k]] pt shape[env_slot[k]] ps 1 title env_name[k]"
