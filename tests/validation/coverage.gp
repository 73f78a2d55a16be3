# Coverage by blocks, a panel per kind of noise; from results.csv. gnuplot tests/validation/coverage.gp
data = 'tests/validation/results.csv'
set terminal svg size 900,720 dynamic font 'sans-serif,10' background '#ffffff'
set output 'tests/validation/coverage.svg'
set datafile separator ','
worlds = 'normal log-normal t3 spikes drift ar1-.3 ar1-.6 spells spells-half'
methods = 'toll toll-alone paired-t bootstrap pooled-t hyperfine pyperf'
colours = '#0072b2 #56b4e9 #000000 #e69f00 #d55e00 #009e73 #cc79a7'
points = '7 6 2 4 8 10 12'
set multiplot layout 3,3 margins 0.06,0.98,0.13,0.95 spacing 0.045,0.075 title \
	'Share of runs whose 95 % interval contains the true ratio, by blocks (30 % of the variance between boots)'
set xrange [2.5:24]
set logscale x
set xtics (3, 5, 10, 20) nomirror
set yrange [20:100]
set ytics (20, 40, 60, 80, 95) nomirror
set format y '%g %%'
set border 3 lc rgb '#666666'
set arrow 1 from graph 0, first 95 to graph 1, first 95 nohead lc rgb '#999999' dt 2
unset key
chosen(w, m) = strcol('case') eq word(worlds, w) && strcol('method') eq word(methods, m) && \
	strcol('section') eq 'coverage' && column('share') == 0.3
do for [w = 1:words(worlds)] {
	set title word(worlds, w) offset 0,-0.8
	if (w == words(worlds)) {
		set key at screen 0.5,0.04 center center horizontal maxrows 1 samplen 2 width -1
	}
	plot for [m = words(methods):1:-1] data \
		using (chosen(w, m) ? column('blocks') : NaN):(100. * column('count') / column('trials')) \
		with linespoints lc rgb word(colours, m) pt int(word(points, m)) ps 0.6 lw (m < 3 ? 2 : 1) \
		title word(methods, m)
}
unset multiplot
