//! Which unknown cells follow from sums that are known.
//!
//! The rows and columns of a table whose sums are known are nodes, each cell that is not shown is an edge from its row to its
//! column. A cell can be worked out by adding and subtracting sums exactly where its edge is a bridge: on a circle, what one
//! cell has more the next may have less.

/// The edges that are bridges, by their place in the list. Nodes are numbers below `nodes`.
pub(super) fn bridges(nodes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut near: Vec<Vec<(usize, usize)>> = vec![Vec::new(); nodes];
    for (edge, &(one, other)) in edges.iter().enumerate() {
        near[one].push((other, edge));
        near[other].push((one, edge));
    }
    let mut search = Search { near, met: vec![0; nodes], low: vec![0; nodes], clock: 0, found: Vec::new() };
    for node in 0..nodes {
        if search.met[node] == 0 {
            search.visit(node, None);
        }
    }
    search.found
}

/// Tarjan's: a bridge is an edge below which nothing leads back above it. Paths are at most twice as long as the shorter side
/// of the table.
struct Search {
    near: Vec<Vec<(usize, usize)>>,
    /// When a node was first met, from 1.
    met: Vec<usize>,
    /// The earliest node that what lies below leads to.
    low: Vec<usize>,
    clock: usize,
    found: Vec<usize>,
}

impl Search {
    fn visit(&mut self, node: usize, by: Option<usize>) {
        self.clock += 1;
        self.met[node] = self.clock;
        self.low[node] = self.clock;
        for index in 0..self.near[node].len() {
            let (next, edge) = self.near[node][index];
            if by == Some(edge) {
                continue;
            }
            if self.met[next] > 0 {
                self.low[node] = self.low[node].min(self.met[next]);
                continue;
            }
            self.visit(next, Some(edge));
            self.low[node] = self.low[node].min(self.low[next]);
            if self.low[next] > self.met[node] {
                self.found.push(edge);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_hold_none_and_what_joins_them_is_one() {
        let circle = [(0, 1), (1, 2), (2, 3), (3, 0)];
        assert_eq!(bridges(4, &circle), [0_usize; 0]);
        let joined = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 5), (5, 3)];
        assert_eq!(bridges(6, &joined), [3]);
        assert_eq!(bridges(3, &[(0, 1), (1, 2)]).len(), 2, "a path is nothing else");
        assert_eq!(bridges(2, &[(0, 1), (1, 0)]), [0_usize; 0], "two unknown cells of one row");
        assert_eq!(bridges(3, &[]), [0_usize; 0]);
    }
}
