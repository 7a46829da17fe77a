//! The memory of an instance. It only grows: an instance lives as long as its image, and what is taken after that image is a few
//! hundred bytes for a context. Nothing allocates in Rust's sense, so no code for that, or for its failing, is loaded by a page.

use halyard_core::evaluate::slots::Slot;

/// What may be all zeros.
pub(crate) trait Zero: Copy + 'static {}

impl Zero for u8 {}
impl Zero for u32 {}
impl Zero for Slot {}

/// Natively, for tests.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn zeros<T: Zero + Default>(count: usize) -> &'static mut [T] {
    Box::leak(vec![T::default(); count].into_boxed_slice())
}

#[cfg(target_arch = "wasm32")]
pub(crate) use wasm::zeros;

#[cfg(target_arch = "wasm32")]
#[expect(unsafe_code, reason = "memory is taken as it lies")]
mod wasm {
    use core::alloc::{GlobalAlloc, Layout};
    use core::arch::wasm32::{memory_grow, memory_size};
    use core::cell::Cell;
    use core::{mem, ptr, slice};

    use super::Zero;

    const PAGE: usize = 1 << 16;

    /// Where free memory begins; 0: where the compiler's own data ends.
    struct Top(Cell<usize>);

    // SAFETY: a module without threads.
    unsafe impl Sync for Top {}

    static TOP: Top = Top(Cell::new(0));

    unsafe extern "C" {
        static __heap_base: u8;
    }

    /// So many zeros that nobody else has, for as long as the instance lives; none, if there is no more memory.
    ///
    /// What is larger than a byte begins at a multiple of 8, where doubles may lie; bytes follow what was taken before them.
    pub(crate) fn zeros<T: Zero>(count: usize) -> &'static mut [T] {
        let align = if mem::align_of::<T>() == 1 { 1 } else { 8 };
        match count.checked_mul(mem::size_of::<T>()).and_then(|size| take(size, align)) {
            // SAFETY: nobody else has what lies there, it is aligned for T, and memory that was never given away is zeros, which
            // a T may be.
            Some(start) => unsafe { slice::from_raw_parts_mut(ptr::with_exposed_provenance_mut(start), count) },
            None => &mut [],
        }
    }

    /// Takes so many bytes; where they begin.
    #[inline(never)]
    fn take(size: usize, align: usize) -> Option<usize> {
        let top = match TOP.0.get() {
            0 => (&raw const __heap_base).addr(),
            top => top,
        };
        let start = top.checked_next_multiple_of(align)?;
        let end = start.checked_add(size)?;
        let missing = end.saturating_sub(memory_size(0) * PAGE);
        if missing > 0 && memory_grow(0, missing.div_ceil(PAGE)) == usize::MAX {
            return None;
        }
        TOP.0.set(end);
        Some(start)
    }

    /// Rust wants an allocator to be named. Evaluating asks nothing of it.
    struct Nothing;

    #[global_allocator]
    static NOTHING: Nothing = Nothing;

    // SAFETY: it never gives anything.
    unsafe impl GlobalAlloc for Nothing {
        unsafe fn alloc(&self, _: Layout) -> *mut u8 {
            ptr::null_mut()
        }

        unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
    }

    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
        core::arch::wasm32::unreachable()
    }
}
