# The ratio axis of a small plot from lo to hi, with ticks at powers of two over a wide range, else at
# round steps: 1, 2 or 5 of the leading digit.
magnitude(x) = 10.0**floor(log10(x))
round_step(x) = x / magnitude(x) < 1.5 ? magnitude(x) : x / magnitude(x) < 3.5 ? 2 * magnitude(x) : 5 * magnitude(x)
set yrange [lo:hi]
set ytics ()
if (hi / lo > 5) {
	do for [k=int(ceil(log(lo) / log(2))):int(floor(log(hi) / log(2)))] {
		set ytics add (power(k) 2.0**k)
	}
} else {
	tick_step = round_step((hi - lo) / 4)
	do for [k=int(ceil(lo / tick_step)):int(floor(hi / tick_step))] {
		set ytics add (sprintf('%g×', k * tick_step) k * tick_step)
	}
}
