//! Maximum-weight matching, exactly, for few people: by dynamic programming over sets of people.

/// More people than this take too long: the table has a number for each set of them.
pub const PEOPLE_MAX: usize = 20;

/// A possible pair and what it is worth.
pub type Edge = (usize, usize, u32);

/// The worth of the best set of pairs of which no two share a person; `None` when more than [`PEOPLE_MAX`] people hang
/// together, so that it cannot be told.
pub fn best(people: usize, edges: &[Edge]) -> Option<u32> {
    components(people, edges).into_iter().map(|component| best_of(&component, edges)).sum()
}

/// People who hang together by possible pairs; who has none is left out.
fn components(people: usize, edges: &[Edge]) -> Vec<Vec<usize>> {
    let mut group: Vec<usize> = (0..people).collect();
    for (a, b, _) in edges {
        let (kept, gone) = (group[*a], group[*b]);
        group.iter_mut().filter(|group| **group == gone).for_each(|group| *group = kept);
    }
    let members = |of: usize| (0..people).filter(|person| group[*person] == of).collect::<Vec<_>>();
    (0..people).map(members).filter(|component| component.len() > 1).collect()
}

fn best_of(component: &[usize], edges: &[Edge]) -> Option<u32> {
    let size = component.len();
    if size > PEOPLE_MAX {
        return None;
    }
    let place = |person: usize| component.iter().position(|other| *other == person);
    let mut worth = vec![vec![None; size]; size];
    for (a, b, weight) in edges {
        if let (Some(a), Some(b)) = (place(*a), place(*b)) {
            worth[a.max(b)][a.min(b)] = Some(*weight);
        }
    }
    // The highest person of a set stays alone or is paired with one of the others.
    let mut best = vec![0_u32; 1 << size];
    for set in 1..best.len() {
        let highest = usize::try_from(set.ilog2()).unwrap_or_default();
        let rest = set & !(1 << highest);
        let paired = (0..highest).filter(|other| rest & (1 << other) != 0);
        let paired = paired.filter_map(|other| Some(worth[highest][other]? + best[rest & !(1 << other)]));
        best[set] = paired.max().unwrap_or_default().max(best[rest]);
    }
    best.last().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tries every set of pairs.
    fn by_trying(edges: &[Edge], taken: &[usize]) -> u32 {
        let Some(((a, b, weight), rest)) = edges.split_first() else { return 0 };
        let without = by_trying(rest, taken);
        if taken.contains(a) || taken.contains(b) {
            return without;
        }
        without.max(weight + by_trying(rest, &[taken, &[*a, *b]].concat()))
    }

    #[test]
    fn the_middle_pair_of_three_is_not_always_the_best() {
        assert_eq!(best(4, &[(0, 1, 5), (1, 2, 8), (2, 3, 5)]), Some(10));
        assert_eq!(best(4, &[(0, 1, 5), (1, 2, 11), (2, 3, 5)]), Some(11));
        assert_eq!(best(3, &[(0, 1, 1), (1, 2, 2), (2, 0, 3)]), Some(3));
    }

    #[test]
    fn it_is_what_trying_everything_finds() {
        let mut chance = fastrand::Rng::with_seed(7);
        for _ in 0..200 {
            let people = chance.usize(2..9);
            let all = (0..people).flat_map(|a| (0..a).map(move |b| (a, b)));
            let all: Vec<(usize, usize)> = all.collect();
            let some = all.into_iter().filter(|_| chance.bool()).collect::<Vec<_>>();
            let edges: Vec<Edge> = some.into_iter().map(|(a, b)| (a, b, chance.u32(1..50))).collect();
            assert_eq!(best(people, &edges), Some(by_trying(&edges, &[])), "{edges:?}");
        }
    }

    #[test]
    fn too_many_people_are_not_guessed_at() {
        let chain: Vec<Edge> = (0..PEOPLE_MAX).map(|person| (person, person + 1, 1)).collect();
        assert_eq!(best(PEOPLE_MAX + 1, &chain), None);
    }
}
